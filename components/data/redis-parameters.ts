import type { RedisPurpose } from "./redis-access";

export interface RedisParameter {
  readonly name: string;
  readonly value: string;
  /** Why it is not left at AWS's default. */
  readonly reason: string;
}

/** Parameter group family of every Redis 7. Part of the parameter group's name, see `RedisGroup`. */
export const redisFamily = "redis7";

/** Kept short: what is not here has AWS's default for the family. */
export const redisParameters: Readonly<Record<RedisPurpose, readonly RedisParameter[]>> = {
  sessions: [
    {
      name: "maxmemory-policy",
      value: "noeviction",
      reason: "a full group must refuse writes, loudly, rather than lose sessions and jobs that wait",
    },
  ],
  cache: [
    {
      name: "maxmemory-policy",
      value: "allkeys-lru",
      reason: "AWS's default evicts keys with an expiry only; Cache::forever() would fill the group for good",
    },
  ],
};
