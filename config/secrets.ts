/**
 * Every secret of a stack: its JSON keys, who writes, who reads, how it is renewed. The program makes the containers
 * (never a value); `operations secrets set` fills them, `secrets check` names what is missing.
 */

/** Who reads a secret: a party of the platform, or an operator's command. */
export type SecretReader =
  | "web"
  | "worker"
  | "scheduler"
  | "migration"
  | "console"
  | "dump"
  | "agent"
  | "queueMetrics"
  | "releaseGate"
  | "databaseUsers"
  | "restoreValidation"
  | "pager"
  | "operations";

/** How `operations secrets set` comes by a value. */
export type SecretSource =
  /** Laravel's key: `base64:` and 32 random bytes. */
  | { readonly kind: "laravelKey" }
  /** What the key was before a rotation, comma-separated, so that old cookies still open; begins empty. */
  | { readonly kind: "previousLaravelKeys" }
  /** A user name that the program or the application also spells. */
  | { readonly kind: "fixed"; readonly value: string }
  /** Random letters and digits: no character that a shell, a URL or ElastiCache minds. */
  | { readonly kind: "password"; readonly length: number }
  /** Known to an outside service only: the operator is asked, on a terminal or on standard input, never an argument. */
  | { readonly kind: "asked"; readonly prompt: string; readonly pattern: RegExp };

export type Rotation =
  | { readonly kind: "days"; readonly days: number }
  /** No schedule: on suspicion, or when somebody who has seen it leaves. */
  | { readonly kind: "byHand"; readonly reason: string };

export interface SecretDefinition {
  readonly purpose: string;
  /** JSON keys of the secret's value, in order. */
  readonly keys: Readonly<Record<string, SecretSource>>;
  readonly writers: readonly string[];
  readonly readers: readonly SecretReader[];
  readonly rotation: Rotation;
  /** Whether the platform runs without it. `secrets check` warns about an optional one, and fails on any other. */
  readonly optional: boolean;
  /** A copy is kept in us-east-1, for readers there that must not depend on the stack's region. @default false */
  readonly copied?: boolean;
}

const WRITER = ["operations secrets set"] as const;
/** ElastiCache takes 16 to 128 characters, MySQL's authentication more. */
const PASSWORD = { kind: "password", length: 48 } as const;
/** Whoever knows it can only say that all is well, so it may be any https address. */
const HEARTBEAT_URL = /^https:\/\/[!-~]{4,500}$/;
const user = (value: string) => ({ kind: "fixed", value }) as const;
/** Tasks read secrets when they start: a rotation ends with new deployments, so it is a command, not a timer. */
const EVERY_90_DAYS = { kind: "days", days: 90 } as const;

export const secrets = {
  "app-key": {
    purpose: "Laravel's encryption key: cookies, sessions, encrypted columns",
    keys: { APP_KEY: { kind: "laravelKey" }, APP_PREVIOUS_KEYS: { kind: "previousLaravelKeys" } },
    writers: WRITER,
    readers: ["web", "worker", "scheduler", "migration", "console"],
    rotation: { kind: "byHand", reason: "a new key moves the old one to APP_PREVIOUS_KEYS until data is re-encrypted" },
    optional: false,
  },
  "database-app": {
    purpose: "The application's database user: reads and writes rows, changes no schema",
    keys: { username: user("affiliate_app"), password: PASSWORD },
    writers: WRITER,
    readers: ["web", "worker", "scheduler", "console", "databaseUsers", "operations"],
    rotation: EVERY_90_DAYS,
    optional: false,
  },
  "database-migration": {
    purpose: "The migration task's database user: changes the schema",
    keys: { username: user("affiliate_migration"), password: PASSWORD },
    writers: WRITER,
    readers: ["migration", "databaseUsers", "operations"],
    rotation: EVERY_90_DAYS,
    optional: false,
  },
  "database-dump": {
    purpose:
      "The daily dump's database user, and the restore test's: reads everything, writes only where a dump is verified",
    keys: { username: user("affiliate_dump"), password: PASSWORD },
    writers: WRITER,
    readers: ["dump", "restoreValidation", "databaseUsers", "operations"],
    rotation: EVERY_90_DAYS,
    optional: false,
  },
  "database-agent": {
    purpose: "The Datadog agent's database user: performance schema and status only",
    keys: { username: user("datadog"), password: PASSWORD },
    writers: WRITER,
    readers: ["agent", "databaseUsers", "operations"],
    rotation: EVERY_90_DAYS,
    optional: false,
  },
  "redis-app": {
    purpose: "The application's Redis user, in both groups",
    keys: { username: user("app"), password: PASSWORD },
    writers: WRITER,
    readers: ["web", "worker", "scheduler", "console", "operations"],
    rotation: EVERY_90_DAYS,
    optional: false,
  },
  "redis-metrics": {
    purpose: "The queue metrics function's Redis user: reads the length of queues, nothing else",
    keys: { username: user("metrics"), password: PASSWORD },
    writers: WRITER,
    readers: ["queueMetrics", "operations"],
    rotation: EVERY_90_DAYS,
    optional: false,
  },
  datadog: {
    purpose: "Datadog: the agents' API key, and the application key that manages monitors",
    keys: {
      api_key: { kind: "asked", prompt: "Datadog API key (32 hexadecimal digits)", pattern: /^[0-9a-f]{32}$/ },
      app_key: { kind: "asked", prompt: "Datadog application key", pattern: /^(ddapp_[A-Za-z0-9]{34}|[0-9a-f]{40})$/ },
    },
    writers: WRITER,
    readers: ["web", "worker", "scheduler", "agent", "operations"],
    rotation: {
      kind: "byHand",
      reason: "made in Datadog, where the old key is revoked after the agents have restarted",
    },
    optional: false,
  },
  slack: {
    purpose: "Slack's incoming webhook: releases and rollbacks are announced there",
    keys: {
      webhook_url: {
        kind: "asked",
        prompt: "Slack incoming webhook URL",
        pattern: /^https:\/\/hooks\.slack\.com\/services\/[A-Za-z0-9/]+$/,
      },
    },
    writers: WRITER,
    readers: ["releaseGate", "operations"],
    rotation: { kind: "byHand", reason: "made in Slack; a new webhook replaces it there" },
    optional: true,
  },
  pager: {
    purpose: "Who is woken: PagerDuty, and the watchers outside AWS that miss the alarm path's heartbeats",
    keys: {
      routing_key: {
        kind: "asked",
        prompt: "PagerDuty integration key (Events API v2, 32 letters or digits)",
        pattern: /^[A-Za-z0-9]{32}$/,
      },
      heartbeat_url: {
        kind: "asked",
        prompt: "Address that expects a GET every 10 minutes from the stack's region",
        pattern: HEARTBEAT_URL,
      },
      heartbeat_url_global: {
        kind: "asked",
        prompt: "Another such address, for us-east-1",
        pattern: HEARTBEAT_URL,
      },
    },
    writers: WRITER,
    readers: ["pager", "operations"],
    rotation: { kind: "byHand", reason: "made in PagerDuty and at the watcher, where the old ones are revoked" },
    optional: true,
    copied: true,
  },
  "status-page": {
    purpose: "Atlassian Statuspage's API key: an operator publishes incidents with it",
    keys: {
      api_key: {
        kind: "asked",
        prompt: "Statuspage API key (of a user who may manage the page's incidents)",
        pattern: /^[A-Za-z0-9-]{20,128}$/,
      },
    },
    writers: WRITER,
    readers: ["operations"],
    rotation: { kind: "byHand", reason: "made in Statuspage, where the old key is revoked" },
    optional: true,
  },
} as const satisfies Record<string, SecretDefinition>;

export type SecretName = keyof typeof secrets;
/** `SecretKey<"datadog">` is `"api_key" | "app_key"`: a misspelt key does not compile. */
export type SecretKey<N extends SecretName> = keyof (typeof secrets)[N]["keys"] & string;

export const secretNames = Object.keys(secrets) as SecretName[];

/** The definition without its literal types, for code that walks the table. */
export const secretDefinition = (name: SecretName): SecretDefinition => secrets[name];

export const secretKeys = (name: SecretName): string[] => Object.keys(secrets[name].keys);

/** Secrets that a party reads: its role may read these and no other. */
export function secretsReadBy(reader: SecretReader): SecretName[] {
  return secretNames.filter((name) => secretDefinition(name).readers.includes(reader));
}
