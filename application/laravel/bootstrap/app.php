<?php

declare(strict_types=1);

use App\Http\Controllers\HealthController;
use App\Http\Middleware\ReportMetrics;
use App\Http\Middleware\TraceContext;
use Illuminate\Foundation\Application;
use Illuminate\Foundation\Configuration\Exceptions;
use Illuminate\Foundation\Configuration\Middleware;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Route;

return Application::configure(basePath: dirname(__DIR__))
    ->withRouting(
        web: __DIR__.'/../routes/web.php',
        api: __DIR__.'/../routes/api.php',
        commands: __DIR__.'/../routes/console.php',
        // Not `health:`, which answers with a page and raises an event; and in no group: no session, no Redis.
        then: fn () => Route::get('/health', HealthController::class),
    )
    ->withMiddleware(function (Middleware $middleware): void {
        // The load balancer is in the VPC, and so is CloudFront's interface before it: whatever stands left of these in
        // X-Forwarded-For is the visitor. Host is not among the headers, since the load balancer passes it on as it is.
        $middleware->trustProxies(at: env('TRUSTED_PROXIES'), headers: Request::HEADER_X_FORWARDED_AWS_ELB);
        // `artisan down` must not have every task replaced.
        $middleware->preventRequestsDuringMaintenance(except: ['health']);
        $middleware->prepend([ReportMetrics::class, TraceContext::class]);
    })
    ->withExceptions(function (Exceptions $exceptions): void {})
    ->create();
