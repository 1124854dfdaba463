<?php

declare(strict_types=1);

$redis = [
    // `tls`: ElastiCache's certificates are of Amazon's public authorities, which the image knows.
    'scheme' => env('REDIS_SCHEME', 'tcp'),
    'username' => env('REDIS_USERNAME'),
    'password' => env('REDIS_PASSWORD'),
    'port' => env('REDIS_PORT', '6379'),
    'database' => '0',
    // Seconds. A node that fails over goes silent: noticed soon, and connected to anew.
    'timeout' => 3.0,
    'read_timeout' => 10.0,
    'max_retries' => 3,
    'backoff_algorithm' => 'decorrelated_jitter',
    'backoff_base' => 100,
    'backoff_cap' => 1000,
];

return [
    'default' => env('DB_CONNECTION', 'mysql'),

    'connections' => [
        'mysql' => [
            'driver' => 'mysql',
            // Aurora's reader endpoint, and its writer. Migrations are given the writer as both.
            'read' => ['host' => [env('DB_READ_HOST', env('DB_HOST', '127.0.0.1'))]],
            'write' => ['host' => [env('DB_HOST', '127.0.0.1')]],
            // What a request has written it reads from the writer: a reader lags by some ten milliseconds.
            'sticky' => true,
            'port' => env('DB_PORT', '3306'),
            'database' => env('DB_DATABASE', 'laravel'),
            'username' => env('DB_USERNAME', 'root'),
            'password' => env('DB_PASSWORD', ''),
            'charset' => 'utf8mb4',
            'collation' => env('DB_COLLATION', 'utf8mb4_0900_ai_ci'),
            'prefix' => '',
            'prefix_indexes' => true,
            'strict' => true,
            'engine' => null,
            'options' => array_filter([
                // Verifies the certificate as well; Aurora refuses connections without TLS.
                PDO::MYSQL_ATTR_SSL_CA => env('MYSQL_ATTR_SSL_CA'),
                // A failover is noticed within seconds instead of the system's two minutes.
                PDO::ATTR_TIMEOUT => 5,
            ]),
        ],
    ],

    'migrations' => ['table' => 'migrations', 'update_date_on_publish' => true],

    'redis' => [
        'client' => env('REDIS_CLIENT', 'phpredis'),
        'options' => ['prefix' => env('REDIS_PREFIX', 'affiliate:')],
        // Sessions and queues: the group that never evicts.
        'default' => ['host' => env('REDIS_HOST', '127.0.0.1'), ...$redis],
        // The group that evicts.
        'cache' => ['host' => env('REDIS_CACHE_HOST', env('REDIS_HOST', '127.0.0.1')), ...$redis],
    ],
];
