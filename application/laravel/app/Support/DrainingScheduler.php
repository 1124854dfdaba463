<?php

declare(strict_types=1);

namespace App\Support;

/**
 * `schedule:work` of most Laravel releases dies of its stop signal at once, and what it had started dies with the
 * container. With this it starts nothing more, waits for what runs (payments among them), and ends; ECS gives it 120
 * seconds.
 */
final class DrainingScheduler
{
    public static function install(): void
    {
        pcntl_async_signals(true);
        foreach ([SIGTERM, SIGQUIT] as $signal) {
            pcntl_signal($signal, self::drain(...));
        }
    }

    private static function drain(): never
    {
        // Until there is no child left.
        while (pcntl_wait($status) > 0);
        exit(0);
    }
}
