<?php

declare(strict_types=1);

namespace App\Http\Middleware;

use Closure;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Context;
use Symfony\Component\HttpFoundation\Response;

/** The load balancer's trace id in every log line of the request, under the name that nginx's access log has it. */
final class TraceContext
{
    public function handle(Request $request, Closure $next): Response
    {
        $id = $request->headers->get('X-Amzn-Trace-Id');
        if ($id !== null) {
            Context::add('traceId', $id);
        }

        return $next($request);
    }
}
