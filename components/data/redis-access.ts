import type { SecretName } from "../../config/secrets";

/**
 * Who may do what in Redis. Pure, because two writers read it: the program creates the users and switches them off,
 * `operations secrets set` gives them a password and switches them on with the access below.
 */

/** `sessions` holds sessions, queues and locks and never evicts; `cache` holds what can be computed again. */
export const redisPurposes = ["sessions", "cache"] as const;
export type RedisPurpose = (typeof redisPurposes)[number];

export interface RedisUser {
  /** What a client sends with AUTH. Unique in a group, not in the account. */
  readonly userName: string;
  /** Where user name and password are kept. */
  readonly secret: SecretName;
  /** Replication group that admits the user. */
  readonly group: RedisPurpose;
  /** ElastiCache access string of the user once it is in use. */
  readonly accessString: string;
}

/** No command, whatever the password. ElastiCache answers in the shortest form of what it was given; this is it. */
export const SWITCHED_OFF = "off -@all";

/**
 * What Laravel and Horizon do: keys of every type, MULTI and WATCH, scripts (queues, locks and rate limiters are Lua;
 * those of limiters ask for the TIME). Not what @dangerous holds: FLUSHALL, FLUSHDB, KEYS, SWAPDB, MIGRATE, INFO,
 * CONFIG, SHUTDOWN, … Nor @pubsub, which Horizon does without.
 */
const LARAVEL = "-@all +@read +@write +@connection +@transaction +@scripting +time -@dangerous";

/** By the last part of the ElastiCache user id: `stack.name("cacheUser", key)`. */
export const redisUsers = {
  "app-sessions": {
    userName: "app",
    secret: "redis-app",
    group: "sessions",
    // No FLUSHDB here: a `cache:clear` on the wrong connection would log everybody out and lose every job that waits.
    accessString: `on ~* ${LARAVEL}`,
  },
  "app-cache": {
    userName: "app",
    secret: "redis-app",
    group: "cache",
    // `artisan cache:clear` is one FLUSHDB.
    accessString: `on ~* ${LARAVEL} +flushdb`,
  },
  metrics: {
    userName: "metrics",
    secret: "redis-metrics",
    group: "sessions",
    // Laravel's queues are `queues:<name>` (a list), `…:delayed` and `…:reserved` (sorted sets) behind the
    // application's prefix. LINDEX looks at the oldest job: how long it has waited.
    accessString: "on ~*queues:* -@all +ping +llen +lindex +zcard +zcount",
  },
} as const satisfies Readonly<Record<string, RedisUser>>;

export type RedisUserKey = keyof typeof redisUsers;

export const redisUserKeys = Object.keys(redisUsers) as RedisUserKey[];

/** The users whose password a secret holds: one for `redis-metrics`, one in each group for `redis-app`. */
export function redisUsersOf(secret: SecretName): RedisUserKey[] {
  return redisUserKeys.filter((key) => redisUsers[key].secret === secret);
}

/** The users that a replication group admits. */
export function redisUsersIn(group: RedisPurpose): RedisUserKey[] {
  return redisUserKeys.filter((key) => redisUsers[key].group === group);
}
