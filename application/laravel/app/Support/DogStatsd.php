<?php

declare(strict_types=1);

namespace App\Support;

/**
 * Sends metrics to the Datadog agent in the same task, by UDP: no answer is waited for, and where no agent listens the
 * datagram is lost. A metric must never fail or slow a request, hence the silence.
 */
final class DogStatsd
{
    /** @var resource|false|null */
    private $socket = null;

    /** @param array<string, string> $tags on every metric */
    public function __construct(
        private readonly string $host = '127.0.0.1',
        private readonly int $port = 8125,
        private readonly array $tags = [],
    ) {}

    /** From what the task definition sets. */
    public static function fromEnvironment(): self
    {
        return new self(
            getenv('DD_AGENT_HOST') ?: '127.0.0.1',
            (int) (getenv('DD_DOGSTATSD_PORT') ?: 8125),
            ['env' => getenv('APP_ENV') ?: 'local', 'version' => getenv('RELEASE') ?: 'unreleased'],
        );
    }

    /** @param array<string, string> $tags */
    public function distribution(string $name, float $value, array $tags = []): void
    {
        $this->send($name, sprintf('%.3F', $value), 'd', $tags);
    }

    /** @param array<string, string> $tags */
    public function count(string $name, int $value, array $tags = []): void
    {
        $this->send($name, (string) $value, 'c', $tags);
    }

    /** @param array<string, string> $tags */
    private function send(string $name, string $value, string $type, array $tags): void
    {
        $pairs = [];
        foreach ([...$this->tags, ...$tags] as $key => $tag) {
            // What separates tags, and lines, cannot be in one.
            $pairs[] = $key.':'.preg_replace('/[,|\s]/', '_', $tag);
        }
        $this->socket ??= @stream_socket_client("udp://{$this->host}:{$this->port}", timeout: 0.1);
        if ($this->socket !== false) {
            @fwrite($this->socket, "{$name}:{$value}|{$type}|#".implode(',', $pairs));
        }
    }
}
