import { metricLines } from "./embedded-metrics";
import { type QueueReader, readQueue } from "./queues";

export interface Settings {
  readonly environment: string;
  readonly redisHost: string;
  readonly redisPort: number;
  readonly secretArn: string;
  /** What Laravel puts before every key (`REDIS_PREFIX`). */
  readonly keyPrefix: string;
  readonly queues: readonly string[];
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface Connection extends QueueReader {
  close(): Promise<void>;
}

/** The world outside, so that a test can be it. */
export interface World {
  /** The JSON of a secret. */
  readonly secret: (arn: string) => Promise<string>;
  readonly connect: (settings: Settings, credentials: Credentials) => Promise<Connection>;
  readonly write: (line: string) => void;
  readonly now: () => Date;
}

/** All faults of the environment at once. */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): Settings {
  const names = ["ENVIRONMENT", "REDIS_HOST", "REDIS_PORT", "SECRET_ARN", "KEY_PREFIX", "QUEUES"] as const;
  const missing = names.filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`The function's environment lacks ${missing.join(", ")}`);
  const of = (name: (typeof names)[number]) => env[name] ?? "";
  return {
    environment: of("ENVIRONMENT"),
    redisHost: of("REDIS_HOST"),
    redisPort: Number(of("REDIS_PORT")),
    secretArn: of("SECRET_ARN"),
    keyPrefix: of("KEY_PREFIX"),
    queues: of("QUEUES").split(","),
  };
}

/**
 * Reads all queues and writes their metrics. Fails loudly: a minute without numbers shows as one, and a queue that
 * cannot be read must never look like an empty one, which would take the workers away.
 */
export function createHandler(settings: Settings, world: World): () => Promise<void> {
  // Kept between invocations, since the secret changes every few months and is asked for every minute.
  let known: Credentials | undefined;
  const credentials = async () => (known ??= parse(settings.secretArn, await world.secret(settings.secretArn)));

  const connect = async () => {
    const remembered = known !== undefined;
    try {
      return await world.connect(settings, await credentials());
    } catch (error) {
      if (!remembered || !isRefusal(error)) throw error;
      // The password has been changed since: ask again, once.
      known = undefined;
      return world.connect(settings, await credentials());
    }
  };

  return async () => {
    const redis = await connect();
    try {
      const now = world.now();
      const states = await Promise.all(
        settings.queues.map((queue) => readQueue(redis, settings.keyPrefix, queue, now)),
      );
      for (const line of metricLines(settings.environment, states, now)) world.write(JSON.stringify(line));
    } finally {
      await redis.close();
    }
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && /WRONGPASS|NOAUTH/.test(error.message);
}

function parse(arn: string, json: string): Credentials {
  // Never the text itself in an error: it is the secret.
  const wrong = new Error(`The secret ${arn} is not JSON with username and password; operations secrets set writes it`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw wrong;
  }
  const { username, password } = (value ?? {}) as Partial<Record<keyof Credentials, unknown>>;
  if (typeof username !== "string" || typeof password !== "string") throw wrong;
  return { username, password };
}
