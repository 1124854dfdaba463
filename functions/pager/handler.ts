import { type Notification, type PagerEvent, pagerEvent } from "./message";

export interface Settings {
  readonly environment: string;
  /** Name of the secret `pager`: its ARN differs from region to region, its name does not. */
  readonly secretId: string;
  readonly heartbeatTopicArn: string;
  /** The secret's key with the address that expects this region's heartbeats. */
  readonly heartbeatKey: string;
}

/** What SNS invokes the function with, as far as it is read. */
export interface SnsEvent {
  readonly Records: readonly {
    readonly Sns: { readonly TopicArn: string; readonly MessageId: string; readonly Message: string };
  }[];
}

export interface Answer {
  readonly status: number;
}

/** The world outside, so that a test can be it. */
export interface World {
  readonly secret: (id: string) => Promise<string>;
  readonly post: (url: string, body: unknown) => Promise<Answer>;
  readonly get: (url: string) => Promise<Answer>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
}

/** PagerDuty's Events API v2. Accounts of its European region have another: events.eu.pagerduty.com. */
export const PAGERDUTY = "https://events.pagerduty.com/v2/enqueue";
/** Seconds before the second and the third try; Lambda itself tries twice more, a minute and two later. */
const PAUSES = [1, 3];

/** All faults of the environment at once. */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): Settings {
  const names = ["ENVIRONMENT", "SECRET_ID", "HEARTBEAT_TOPIC_ARN", "HEARTBEAT_KEY"] as const;
  const missing = names.filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`The function's environment lacks ${missing.join(", ")}`);
  const of = (name: (typeof names)[number]) => env[name] ?? "";
  return {
    environment: of("ENVIRONMENT"),
    secretId: of("SECRET_ID"),
    heartbeatTopicArn: of("HEARTBEAT_TOPIC_ARN"),
    heartbeatKey: of("HEARTBEAT_KEY"),
  };
}

/** Hands notifications on. Fails loudly: an error is a metric with an alarm, and Lambda tries again. */
export function createHandler(settings: Settings, world: World): (event: SnsEvent) => Promise<void> {
  const secret = secretReader(settings, world);

  const handOn = async (notification: Notification): Promise<void> => {
    if (notification.topicArn === settings.heartbeatTopicArn) {
      const url = await secret(settings.heartbeatKey);
      await insist("heartbeat", () => world.get(url), world);
      return;
    }
    const event = pagerEvent(notification, settings.environment);
    if (event === undefined) return;
    const routing_key = await secret("routing_key");
    await insist(event.event_action, () => world.post(PAGERDUTY, { routing_key, ...event } satisfies Request), world);
    world.log({ handedOn: event.event_action, dedupKey: event.dedup_key });
  };

  return async ({ Records }) => {
    const results = await Promise.allSettled(
      Records.map(({ Sns }) => handOn({ topicArn: Sns.TopicArn, messageId: Sns.MessageId, message: Sns.Message })),
    );
    const failed = results.flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : []));
    if (failed.length > 0) throw new Error(failed.join("; "));
  };
}

type Request = PagerEvent & { readonly routing_key: string };

/**
 * Asked for each time, so that a new key counts at once; what is known already does when Secrets Manager does not answer,
 * since that may be what the page is about.
 */
function secretReader({ secretId }: Settings, world: World): (key: string) => Promise<string> {
  let known: string | undefined;
  return async (key) => {
    try {
      known = await world.secret(secretId);
    } catch (error) {
      if (known === undefined) throw error;
      world.log({ secret: "not readable; the last known value is used", error: String(error) });
    }
    const value = (parsed(known) as Record<string, unknown> | undefined)?.[key];
    if (typeof value !== "string" || value === "") {
      // Never the text itself: it is the secret.
      throw new Error(`The secret ${secretId} has no ${key}: operations secrets set pager writes it`);
    }
    return value;
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Until it is taken, or refused for good, or tried three times. The error names no address: it may hold a key. */
async function insist(what: string, ask: () => Promise<Answer>, world: World): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const { status, reason } = await ask().then(
      ({ status: answered }) => ({ status: answered, reason: `was answered ${answered}` }),
      (error: unknown) => ({ status: 0, reason: `was not answered (${error instanceof Error ? error.name : "?"})` }),
    );
    if (status >= 200 && status < 300) return;
    const pause = PAUSES[attempt];
    const again = status === 0 || status === 408 || status === 429 || status >= 500;
    if (!again || pause === undefined) throw new Error(`The ${what} ${reason}`);
    await world.sleep(pause * 1000);
  }
}
