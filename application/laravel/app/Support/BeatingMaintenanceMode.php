<?php

declare(strict_types=1);

namespace App\Support;

use Closure;
use Illuminate\Contracts\Foundation\MaintenanceMode;

/**
 * A worker asks before each turn whether the application is down, and only if not raises the event that
 * `Queue::looping` hears. So the heartbeat hangs on the question: during `artisan down` workers wait, and live.
 */
final class BeatingMaintenanceMode implements MaintenanceMode
{
    public function __construct(private readonly MaintenanceMode $mode, private readonly Closure $beat) {}

    public function active(): bool
    {
        ($this->beat)();

        return $this->mode->active();
    }

    public function activate(array $payload): void
    {
        $this->mode->activate($payload);
    }

    public function deactivate(): void
    {
        $this->mode->deactivate();
    }

    public function data(): array
    {
        return $this->mode->data();
    }
}
