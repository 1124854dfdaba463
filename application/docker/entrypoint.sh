#!/bin/sh
# Prepares Laravel, then becomes the command: `exec`, so that the stop signal reaches php-fpm or artisan themselves.
set -eu
# What is cached below holds secrets.
umask 077

# Empty memory in a task (see the task definition): Laravel expects these to exist.
mkdir -p storage/framework/cache/data storage/framework/sessions storage/framework/views bootstrap/cache

# Only now are the settings known: they come as environment variables. A fault in them ends the task here, and with it
# the release, before any visitor meets it.
case "${1:-}" in
  php-fpm) php artisan optimize --no-interaction >&2 ;;
  *) php artisan config:cache --no-interaction >&2 ;;
esac

exec "$@"
