<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use Symfony\Component\HttpFoundation\JsonResponse;

/**
 * What the load balancer and the release gate ask: does this task answer, and which release is it? It touches neither
 * database nor Redis. If it did, a database that is slow would have every task replaced at once.
 */
final class HealthController
{
    public function __invoke(): JsonResponse
    {
        $body = ['status' => 'ok', 'release' => getenv('RELEASE') ?: 'unreleased'];

        return new JsonResponse($body, 200, ['Cache-Control' => 'no-store']);
    }
}
