/**
 * Datadog's agent beside each service's containers, as far as the stack file depends on it. What a task needs is not in
 * Fargate's smallest sizes: a task that is too small is a fault of the stack file, not an agent that is killed at night.
 */

/** MiB of a task that the agent has, its files in memory included. Unverified: to be held against what it really uses. */
export const AGENT_MEMORY_MIB = 384;

/** MiB that the rest of a task needs beside it: nginx and php-fpm; a worker; the scheduler. */
export const LEAST_MEMORY_BESIDE_AGENT_MIB = { web: 1024, worker: 512, scheduler: 512 } as const;
