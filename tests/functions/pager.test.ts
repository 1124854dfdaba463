import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Answer,
  createHandler,
  PAGERDUTY,
  type Settings,
  settingsFrom,
  type World,
} from "../../functions/pager/handler";
import { pagerEvent } from "../../functions/pager/message";
import { bundleFile } from "../../functions/bundle";

const settings: Settings = {
  environment: "production",
  secretId: "affiliate/production/pager",
  heartbeatTopicArn: "arn:aws:sns:ap-northeast-1:123456789012:affiliate-production-heartbeat",
  heartbeatKey: "heartbeat_url",
};
const CRITICAL = "arn:aws:sns:ap-northeast-1:123456789012:affiliate-production-critical";
const KEY = "R0UTINGkey0123456789abcdefABCDEF";
const PING = "https://watch.example/ping/hidden-token";
const SECRET = JSON.stringify({ routing_key: KEY, heartbeat_url: PING, heartbeat_url_global: "https://x.example" });

/** A composite's notification. Source: CloudWatch user guide, composite alarms' SNS notifications. */
const alarm = (overrides: Record<string, unknown> = {}) => ({
  AlarmName: "affiliate-production-page-visitors",
  AlarmDescription:
    "利用者にエラーが返っています\nVisitors get errors\n手順: https://docs.example/visitors.ja.md#visitors\nRunbook: https://docs.example/visitors.md#visitors",
  AWSAccountId: "123456789012",
  NewStateValue: "ALARM",
  NewStateReason: "errors transitioned to ALARM",
  StateChangeTime: "2026-11-24T03:00:00.000+0000",
  Region: "Asia Pacific (Tokyo)",
  AlarmArn: "arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:affiliate-production-page-visitors",
  OldStateValue: "OK",
  AlarmRule: 'ALARM("affiliate-production-errors")',
  TriggeringChildren: [
    {
      Arn: "arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:affiliate-production-errors",
      State: { Value: "ALARM" },
    },
  ],
  ...overrides,
});

const record = (message: unknown, topic = CRITICAL) => ({
  Sns: { TopicArn: topic, MessageId: "id-1", Message: typeof message === "string" ? message : JSON.stringify(message) },
});

function world(overrides: Partial<World> = {}) {
  const posted: { url: string; body: Record<string, unknown> }[] = [];
  const asked: string[] = [];
  const logged: unknown[] = [];
  const slept: number[] = [];
  const all: World = {
    secret: () => Promise.resolve(SECRET),
    post: (url, body) => {
      posted.push({ url, body: body as Record<string, unknown> });
      return Promise.resolve({ status: 202 });
    },
    get: (url) => {
      asked.push(url);
      return Promise.resolve({ status: 200 });
    },
    sleep: (milliseconds) => Promise.resolve(void slept.push(milliseconds)),
    log: (entry) => logged.push(entry),
    ...overrides,
  };
  return { ...all, posted, asked, logged, slept };
}

describe("an alarm's notification", () => {
  it("becomes a page with what is wrong, since when, which alarms, and what to do", async () => {
    const outside = world();
    await createHandler(settings, outside)({ Records: [record(alarm())] });
    expect(outside.posted).toEqual([
      {
        url: PAGERDUTY,
        body: {
          routing_key: KEY,
          event_action: "trigger",
          dedup_key: alarm().AlarmArn,
          payload: {
            summary: "[production] 利用者にエラーが返っています",
            source: "123456789012 ap-northeast-1",
            severity: "critical",
            timestamp: "2026-11-24T03:00:00.000+0000",
            component: "affiliate-production-page-visitors",
            group: "affiliate-production",
            class: "CloudWatch alarm",
            custom_details: {
              alarm: "affiliate-production-page-visitors",
              alarms: ["affiliate-production-errors"],
              description: "利用者にエラーが返っています\nVisitors get errors",
              reason: "errors transitioned to ALARM",
            },
          },
          links: [
            { text: "手順", href: "https://docs.example/visitors.ja.md#visitors" },
            { text: "Runbook", href: "https://docs.example/visitors.md#visitors" },
          ],
        },
      },
    ]);
  });

  it("closes the incident that it opened when it is over", async () => {
    const outside = world();
    await createHandler(settings, outside)({ Records: [record(alarm({ NewStateValue: "OK" }))] });
    expect(outside.posted[0]?.body).toEqual({ routing_key: KEY, event_action: "resolve", dedup_key: alarm().AlarmArn });
  });

  it("wakes nobody for want of data", async () => {
    const outside = world();
    await createHandler(settings, outside)({ Records: [record(alarm({ NewStateValue: "INSUFFICIENT_DATA" }))] });
    expect(outside.posted).toEqual([]);
  });

  it("does without what an alarm may lack", () => {
    const bare = pagerEvent(
      {
        topicArn: CRITICAL,
        messageId: "1",
        message: JSON.stringify({ AlarmName: "a", NewStateValue: "ALARM", AlarmDescription: null }),
      },
      "production",
    );
    expect(bare).toMatchObject({ dedup_key: "a", payload: { summary: "[production] a" }, links: [] });
  });
});

describe("any message at all", () => {
  it("pages as it stands when it is no alarm", async () => {
    const outside = world();
    await createHandler(settings, outside)({ Records: [record("test of the pager, please acknowledge")] });
    expect(outside.posted[0]?.body).toMatchObject({
      event_action: "trigger",
      dedup_key: "id-1",
      payload: { summary: "[production] test of the pager, please acknowledge" },
    });
  });

  it("stays within PagerDuty's limits, and never throws", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 3000 });
    const anything = fc.oneof(
      text,
      fc.json(),
      fc
        .record({ AlarmName: text, NewStateValue: fc.constant("ALARM"), AlarmDescription: text, AlarmArn: text })
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(anything, (message) => {
        const event = pagerEvent({ topicArn: CRITICAL, messageId: "id", message }, "production");
        expect([...(event?.dedup_key ?? "")].length).toBeLessThanOrEqual(255);
        const summary = event?.payload?.summary ?? "-";
        expect([...summary].length).toBeLessThanOrEqual(1024);
        expect(summary).not.toMatch(/\p{Cs}/u);
      }),
    );
  });
});

describe("the heartbeat", () => {
  it("asks the watcher's address and pages nobody", async () => {
    const outside = world();
    await createHandler(settings, outside)({ Records: [record(alarm(), settings.heartbeatTopicArn)] });
    expect(outside.asked).toEqual([PING]);
    expect(outside.posted).toEqual([]);
  });

  it("takes the region's own address", async () => {
    const outside = world();
    const handler = createHandler({ ...settings, heartbeatKey: "heartbeat_url_global" }, outside);
    await handler({ Records: [record(alarm(), settings.heartbeatTopicArn)] });
    expect(outside.asked).toEqual(["https://x.example"]);
  });
});

describe("when something on the way is broken", () => {
  const answers = (...statuses: (number | Error)[]) => {
    const left = [...statuses];
    return (): Promise<Answer> => {
      const next = left.shift() ?? 202;
      return next instanceof Error ? Promise.reject(next) : Promise.resolve({ status: next });
    };
  };

  it.each([[[500, 202]], [[429, 503, 202]], [[new TypeError("fetch failed"), 202]]])(
    "insists after %j",
    async (statuses) => {
      const outside = world({ post: answers(...statuses) });
      await createHandler(settings, outside)({ Records: [record(alarm())] });
      expect(outside.slept).toEqual([1000, 3000].slice(0, statuses.length - 1));
    },
  );

  it("fails after three tries, and at once when it is refused, without a word of the secret", async () => {
    for (const [statuses, slept, reason] of [
      [[500, 502, 503], 2, "was answered 503"],
      [[400], 0, "was answered 400"],
      [[new TypeError(`${KEY} ${PING}`), new TypeError(KEY), new TypeError(KEY)], 2, "was not answered (TypeError)"],
    ] as const) {
      const outside = world({ post: answers(...statuses) });
      const failed = createHandler(settings, outside)({ Records: [record(alarm())] });
      await expect(failed).rejects.toThrow(`The trigger ${reason}`);
      expect(outside.slept).toHaveLength(slept);
      const said = JSON.stringify([outside.logged, await failed.catch(String)]);
      expect(said).not.toContain(KEY);
      expect(said).not.toContain("hidden-token");
    }
  });

  it("hands on the others of a batch when one fails, and fails", async () => {
    const outside = world();
    const get = () => Promise.resolve({ status: 404 });
    const handler = createHandler(settings, { ...outside, get });
    await expect(handler({ Records: [record(alarm(), settings.heartbeatTopicArn), record(alarm())] })).rejects.toThrow(
      "The heartbeat was answered 404",
    );
    expect(outside.posted).toHaveLength(1);
  });

  it("pages with the key it knows when Secrets Manager is what is down", async () => {
    const secret = [SECRET, new Error("service unavailable")];
    const outside = world({
      secret: () => {
        const next = secret.shift();
        return next instanceof Error || next === undefined
          ? Promise.reject(next ?? new Error("gone"))
          : Promise.resolve(next);
      },
    });
    const handler = createHandler(settings, outside);
    await handler({ Records: [record(alarm())] });
    await handler({ Records: [record(alarm({ NewStateValue: "OK" }))] });
    expect(outside.posted.map(({ body }) => body.event_action)).toEqual(["trigger", "resolve"]);
    await expect(createHandler(settings, outside)({ Records: [record(alarm())] })).rejects.toThrow("gone");
  });

  it.each([["{}"], ["no JSON"], ["null"], ['{"routing_key":""}'], ['{"routing_key":5}']])(
    "says what is missing when the secret holds %s, and not what it holds",
    async (value) => {
      const outside = world({ secret: () => Promise.resolve(value) });
      const failed = createHandler(settings, outside)({ Records: [record(alarm())] });
      await expect(failed).rejects.toThrow(
        "The secret affiliate/production/pager has no routing_key: operations secrets set pager writes it",
      );
    },
  );

  it("names everything that its environment lacks", () => {
    expect(() => settingsFrom({ ENVIRONMENT: "production" })).toThrow("SECRET_ID, HEARTBEAT_TOPIC_ARN, HEARTBEAT_KEY");
  });
});

describe("the bundled function", () => {
  it("reads the secret by its name and asks the watcher, over HTTP", async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      const { port } = server.address() as AddressInfo;
      seen.push(`${request.method} ${request.url} ${String(request.headers["x-amz-target"] ?? "")}`.trim());
      request.resume();
      response.end(
        JSON.stringify({ SecretString: JSON.stringify({ heartbeat_url: `http://127.0.0.1:${port}/ping` }) }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const before = { ...process.env };
    Object.assign(process.env, {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      ENVIRONMENT: "production",
      SECRET_ID: settings.secretId,
      HEARTBEAT_TOPIC_ARN: settings.heartbeatTopicArn,
      HEARTBEAT_KEY: "heartbeat_url",
    });
    try {
      const { handler } = (await import(bundleFile("pager"))) as { handler: (event: unknown) => Promise<void> };
      await handler({ Records: [record(alarm(), settings.heartbeatTopicArn)] });
      expect(seen).toEqual(["POST / secretsmanager.GetSecretValue", "GET /ping"]);
    } finally {
      process.env = before;
      server.close();
    }
  });
});
