<?php

declare(strict_types=1);

namespace App\Providers;

use App\Support\BeatingMaintenanceMode;
use App\Support\DogStatsd;
use App\Support\DrainingScheduler;
use Illuminate\Console\Events\CommandStarting;
use Illuminate\Console\Scheduling\Schedule;
use Illuminate\Contracts\Foundation\MaintenanceMode;
use Illuminate\Support\Facades\Event;
use Illuminate\Support\ServiceProvider;

/** What the platform's task definitions count on. Listed in bootstrap/providers.php. */
final class PlatformServiceProvider extends ServiceProvider
{
    /** The containers' health checks look at its age: the platform's components/compute/image-contract.ts. */
    private const HEARTBEAT = '/tmp/heartbeat';

    public function register(): void
    {
        $this->app->singleton(DogStatsd::class, DogStatsd::fromEnvironment(...));
        if ($this->app->runningInConsole()) {
            $beat = fn () => touch(self::HEARTBEAT);
            $this->app->extend(
                MaintenanceMode::class,
                fn (MaintenanceMode $mode) => new BeatingMaintenanceMode($mode, $beat),
            );
        }
    }

    public function boot(): void
    {
        $this->callAfterResolving(Schedule::class, function (Schedule $schedule): void {
            $schedule->call(fn () => touch(self::HEARTBEAT))->everyMinute()->evenInMaintenanceMode()->name('heartbeat');
        });
        Event::listen(function (CommandStarting $event): void {
            if ($event->command === 'schedule:work') {
                DrainingScheduler::install();
            }
        });
    }
}
