import type * as pulumi from "@pulumi/pulumi";
import type { SecretKey, SecretName } from "../../config/secrets";
import type { StackFacts } from "../../config/stack";
import type { Secrets } from "../foundation/secrets";
import type { Statement } from "../policy-document";
import { DATABASE_COLLATION } from "../data/aurora-parameters";
import { image, REDIS_PREFIX, UNRELEASED } from "./image-contract";

/** Who runs Laravel, each in a task of its own. */
export type LaravelParty = "web" | "worker" | "scheduler" | "migration" | "console";

export interface LaravelFacts {
  readonly environment: StackFacts["environment"];
  readonly region: string;
  /** Canonical host name: links in mails and jobs are made from it. */
  readonly hostname: string;
  /** The load balancer's addresses are in it: whom Laravel believes `X-Forwarded-*`. */
  readonly vpcCidr: string;
  readonly databaseWriterHost: string;
  readonly databaseReaderHost: string;
  readonly databasePort: number;
  readonly databaseName: string;
  /** Sessions and queues: the group that never evicts. */
  readonly sessionsHost: string;
  /** The group that evicts. */
  readonly cacheHost: string;
  readonly redisPort: number;
  readonly uploadsBucket: string;
  /** Seconds after which Redis hands a job out again; above every job's timeout. */
  readonly retryAfterSeconds: number;
}

/**
 * Laravel's settings, in the names its own configuration files read. `DB_READ_HOST` and `REDIS_CACHE_HOST` are the two
 * that `config/database.php` of the application adds.
 */
export function laravelEnvironment(party: LaravelParty, facts: LaravelFacts): Readonly<Record<string, string>> {
  // Migrations ask which of them ran: of the writer, since a replica may answer from before the last one.
  const readHost = party === "migration" ? facts.databaseWriterHost : facts.databaseReaderHost;
  return {
    APP_DEBUG: "false",
    APP_ENV: facts.environment,
    // `artisan down` has to reach every task, so it is a key in Redis and not a file.
    APP_MAINTENANCE_DRIVER: "cache",
    APP_MAINTENANCE_STORE: "redis",
    APP_NAME: "affiliate",
    APP_URL: `https://${facts.hostname}`,
    AWS_BUCKET: facts.uploadsBucket,
    AWS_DEFAULT_REGION: facts.region,
    CACHE_PREFIX: "cache",
    // A migration has no user in Redis: the table of secrets gives it none.
    CACHE_STORE: party === "migration" ? "array" : "redis",
    DB_COLLATION: DATABASE_COLLATION,
    DB_CONNECTION: "mysql",
    DB_DATABASE: facts.databaseName,
    DB_HOST: facts.databaseWriterHost,
    DB_PORT: String(facts.databasePort),
    DB_READ_HOST: readHost,
    FILESYSTEM_DISK: "s3",
    LOG_CHANNEL: "stderr",
    LOG_LEVEL: "info",
    // One JSON object a line: the error count below the deployment alarms reads its `level`.
    LOG_STDERR_FORMATTER: "Monolog\\Formatter\\JsonFormatter",
    MYSQL_ATTR_SSL_CA: image.databaseCaFile,
    QUEUE_CONNECTION: "redis",
    REDIS_CACHE_HOST: facts.cacheHost,
    REDIS_CLIENT: "phpredis",
    REDIS_HOST: facts.sessionsHost,
    REDIS_PORT: String(facts.redisPort),
    REDIS_PREFIX,
    REDIS_QUEUE_RETRY_AFTER: String(facts.retryAfterSeconds),
    REDIS_SCHEME: "tls",
    // The release writes its version here, beside the digest.
    RELEASE: UNRELEASED,
    SESSION_CONNECTION: "default",
    SESSION_DRIVER: "redis",
    SESSION_SECURE_COOKIE: "true",
    TRUSTED_PROXIES: facts.vpcCidr,
  };
}

interface Binding {
  readonly secret: SecretName;
  readonly reference: (secrets: Secrets) => pulumi.Output<string>;
}

/** A misspelt secret or key does not compile. */
function bind<N extends SecretName>(secret: N, key: SecretKey<N>): Binding {
  return { secret, reference: (secrets) => secrets.reference(secret, key) };
}

const encryption = {
  APP_KEY: bind("app-key", "APP_KEY"),
  APP_PREVIOUS_KEYS: bind("app-key", "APP_PREVIOUS_KEYS"),
};
const application: Readonly<Record<string, Binding>> = {
  ...encryption,
  DB_USERNAME: bind("database-app", "username"),
  DB_PASSWORD: bind("database-app", "password"),
  REDIS_USERNAME: bind("redis-app", "username"),
  REDIS_PASSWORD: bind("redis-app", "password"),
};

/** Environment variables that ECS fills from secrets when it starts a container. */
const bindings: Readonly<Record<LaravelParty, Readonly<Record<string, Binding>>>> = {
  web: application,
  worker: application,
  scheduler: application,
  console: application,
  migration: {
    ...encryption,
    DB_USERNAME: bind("database-migration", "username"),
    DB_PASSWORD: bind("database-migration", "password"),
  },
};

/** Secrets that a party's containers are given, and no other its execution role may read. */
export function secretsOf(party: LaravelParty): SecretName[] {
  return [...new Set(Object.values(bindings[party]).map(({ secret }) => secret))];
}

export interface LaravelSecrets {
  /** Environment variable → `arn:key::`. */
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
  readonly secretStatements: readonly Statement[];
}

export function laravelSecrets(party: LaravelParty, secrets: Secrets): LaravelSecrets {
  const entries = Object.entries(bindings[party]).map(([name, { reference }]) => [name, reference(secrets)] as const);
  return { secrets: Object.fromEntries(entries), secretStatements: secrets.readPolicy(secretsOf(party)) };
}
