import { healthPath, ports } from "../../config/vocabulary";

/**
 * What the platform and the application's image agree on. The image is built in the application's repository from what
 * `application/` gives it; whoever changes a line here changes it there.
 *
 * - The entry point is in exec form, makes the directories Laravel writes to (they are empty memory, see below), caches
 *   configuration, and ends in `exec "$@"`, so that the stop signal reaches nginx, php-fpm or artisan themselves.
 * - nginx and php-fpm run as the user below, log to stdout and stderr, and keep their files in /tmp and /run. php-fpm
 *   starts as many children as FPM_MAX_CHILDREN says (php-fpm.ts).
 * - Its stop signal is SIGQUIT: nginx and php-fpm let requests end then, and stop at once on SIGTERM; artisan takes either.
 * - nginx keeps idle connections longer than the load balancer does (65 s), or some requests would meet a closed one.
 * - Workers and the scheduler touch the heartbeat file: a worker each time it asks whether it may work (not by
 *   `Queue::looping`: Laravel raises no Looping event during `artisan down`, and the worker would be killed), the
 *   scheduler by a closure every minute, in maintenance too. A process that hangs stops doing so; one that merely exits
 *   needs no check.
 * - `script` and `cat` are in the image: without them ECS Exec logs nothing of what an operator types.
 */
export const image = {
  /** www-data in the Alpine images of PHP: by number, so that no lookup in the image decides who runs. */
  user: "82:82",
  uid: 82,
  root: "/var/www/html",
  /** nginx listens here; no privilege needed, and the target groups' port. */
  port: ports.web,
  /** Laravel's shallow health route, behind nginx and php-fpm: no database, no Redis. */
  healthPath,
  /** php-fpm's own answer (`ping.path`), asked over FastCGI. */
  fpmPingPath: "/fpm-ping",
  fpmAddress: `127.0.0.1:${ports.phpFpm}`,
  heartbeatFile: "/tmp/heartbeat",
  /** Amazon's bundle of certificate authorities for RDS, all regions. */
  databaseCaFile: "/etc/ssl/certs/rds-global-bundle.pem",
} as const;

/** Prefix of every key that Laravel writes to Redis (`REDIS_PREFIX`); the queue metrics read the same keys. */
export const REDIS_PREFIX = "affiliate:";

/**
 * What stands in a template where the release's digest goes. No image has this tag and the repository's tags are
 * immutable, so a template started by mistake fails at the pull and not with some old code.
 */
export const UNRELEASED = "unreleased";
