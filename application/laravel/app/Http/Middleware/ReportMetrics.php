<?php

declare(strict_types=1);

namespace App\Http\Middleware;

use App\Support\DogStatsd;
use Closure;
use Illuminate\Http\Request;
use Symfony\Component\HttpFoundation\Response;

/**
 * `api.response_time`, milliseconds, a distribution; counts of all answers, of those of 500 and above, and of the others
 * that came late. The platform's Datadog monitors, objectives and dashboard ask for these names (its
 * config/vocabulary.ts). First of all middleware: the time it sees is the whole, and Laravel has made an answer of
 * every exception by then.
 */
final class ReportMetrics
{
    /** The runbook's second: a request that takes longer breaks the objective for latency. */
    private const SLOW_MILLISECONDS = 1000;

    public function __construct(private readonly DogStatsd $metrics) {}

    public function handle(Request $request, Closure $next): Response
    {
        $response = $next($request);
        if ($request->getPathInfo() !== '/health') {
            $this->report($request, $response);
        }

        return $response;
    }

    private function report(Request $request, Response $response): void
    {
        $status = $response->getStatusCode();
        $tags = [
            // The pattern, such as `api/offers/{offer}`: a metric of its own for each URL would be without end.
            'route' => $request->route()?->uri() ?? 'none',
            'method' => $request->getMethod(),
            'status' => (string) $status,
        ];
        $started = (float) $request->server->get('REQUEST_TIME_FLOAT');
        $took = (microtime(true) - $started) * 1000;
        $this->metrics->count('api.requests', 1, $tags);
        $this->metrics->distribution('api.response_time', $took, $tags);
        if ($status >= 500) {
            $this->metrics->count('api.errors', 1, $tags);
        } elseif ($took > self::SLOW_MILLISECONDS) {
            $this->metrics->count('api.slow', 1, $tags);
        }
    }
}
