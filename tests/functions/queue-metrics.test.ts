import { createClient } from "@redis/client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redisUsers } from "../../components/data/redis-access";
import { DELAYED, metricLines, RESERVED } from "../../functions/queue-metrics/embedded-metrics";
import { createHandler, type Settings, settingsFrom, type World } from "../../functions/queue-metrics/handler";
import { readQueue } from "../../functions/queue-metrics/queues";
import { connectRedis } from "../../functions/queue-metrics/redis";
import { type RedisServer, startRedis } from "./redis-server";

const now = new Date("2026-11-24T00:00:00Z");
const second = now.getTime() / 1000;
const PASSWORD = "metrics-password-of-the-test";

const settings = (port: number): Settings => ({
  environment: "production",
  redisHost: "localhost",
  redisPort: port,
  secretArn: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:affiliate/production/redis-metrics-a1b2c3",
  keyPrefix: "affiliate:",
  queues: ["high", "default"],
});

/** The metrics user with the access that ElastiCache gives it, and one that plays Laravel. */
let server: RedisServer;
const laravel = () =>
  createClient({
    username: "laravel",
    password: "x",
    socket: { host: "localhost", port: server.port, tls: true, ca: server.ca },
  });
let client: ReturnType<typeof laravel>;

beforeAll(async () => {
  const metrics = redisUsers.metrics.accessString.replace(/^on /, "");
  server = await startRedis([`user metrics on >${PASSWORD} ${metrics}`, "user laravel on >x ~* +@all"]);
  client = laravel();
  await client.connect();
});
afterAll(async () => {
  await client?.close();
  await server?.stop();
});
beforeEach(async () => {
  await client.flushDb();
});

const job = (fields: Record<string, unknown> = {}) =>
  JSON.stringify({ uuid: "1", displayName: "App\\Jobs\\Pay", ...fields });
const connect = () => connectRedis(settings(server.port), { username: "metrics", password: PASSWORD }, server.ca);

describe("readQueue, on a real Redis over TLS as the metrics user", () => {
  it("finds nothing in an empty queue", async () => {
    const redis = await connect();
    expect(await readQueue(redis, "affiliate:", "default", now)).toEqual({
      queue: "default",
      waiting: 0,
      delayed: 0,
      reserved: 0,
      oldestAge: 0,
    });
    await redis.close();
  });

  it("counts what a worker could take now: listed, due, and abandoned jobs", async () => {
    const key = "affiliate:queues:default";
    await client.rPush(key, [job({ createdAt: second - 42 }), job({ createdAt: second - 5 }), job()]);
    await client.zAdd(`${key}:delayed`, [
      { score: second - 1, value: "due" },
      { score: second + 60, value: "later" },
      { score: second + 3600, value: "much later" },
    ]);
    await client.zAdd(`${key}:reserved`, [
      { score: second - 10, value: "its worker died" },
      { score: second + 80, value: "in work" },
    ]);
    const redis = await connect();
    expect(await readQueue(redis, "affiliate:", "default", now)).toEqual({
      queue: "default",
      waiting: 5,
      delayed: 2,
      reserved: 1,
      oldestAge: 42,
    });
    await redis.close();
  });

  it.each([
    ["Horizon's time of pushing", job({ pushedAt: String(second - 7.25) }), 7],
    ["a payload without a time", job(), undefined],
    ["a payload that is not JSON", "O:8:stdClass", undefined],
    ["a clock that is ahead", job({ createdAt: second + 3 }), 0],
  ])("reads the age of %s", async (_, payload, age) => {
    await client.rPush("affiliate:queues:default", payload);
    const redis = await connect();
    expect((await readQueue(redis, "affiliate:", "default", now)).oldestAge).toBe(age);
    await redis.close();
  });

  it("is refused everything else that the metrics user may not do", async () => {
    const redis = await connect();
    await expect(redis.lLen("affiliate:sessions:1")).rejects.toThrow(/NOPERM/);
    await redis.close();
    const snoop = createClient({
      RESP: 2,
      username: "metrics",
      password: PASSWORD,
      disableClientInfo: true,
      maintNotifications: "disabled",
      socket: { host: "localhost", port: server.port, tls: true, ca: server.ca },
    });
    await snoop.connect();
    await expect(snoop.get("affiliate:sessions:1")).rejects.toThrow(/NOPERM/);
    await expect(snoop.del("affiliate:queues:default")).rejects.toThrow(/NOPERM/);
    await snoop.close();
  });

  it("does not talk to a server whose certificate it cannot trust", async () => {
    const untrusted = connectRedis(settings(server.port), { username: "metrics", password: PASSWORD });
    await expect(untrusted).rejects.toThrow(/certificate/);
  });

  it("gives up at once when nobody listens", async () => {
    await expect(connectRedis(settings(1), { username: "metrics", password: PASSWORD })).rejects.toThrow(
      /ECONNREFUSED/,
    );
  });
});

describe("the handler", () => {
  const run = (overrides: Partial<World> = {}) => {
    const lines: Record<string, unknown>[] = [];
    const handler = createHandler(settings(server.port), {
      secret: () => Promise.resolve(JSON.stringify({ username: "metrics", password: PASSWORD })),
      connect: (given, credentials) => connectRedis(given, credentials, server.ca),
      write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
      now: () => now,
      ...overrides,
    });
    return { handler, lines };
  };

  it("writes a line for each queue and one for the whole", async () => {
    await client.rPush("affiliate:queues:default", [job({ createdAt: second - 9 }), job()]);
    await client.rPush("affiliate:queues:high", [job({ createdAt: second - 30 })]);
    const { handler, lines } = run();
    await handler();
    expect(lines.map(({ Queue, JobsWaiting, OldestJobAge }) => [Queue, JobsWaiting, OldestJobAge])).toEqual([
      ["high", 1, 30],
      ["default", 2, 9],
      [undefined, 3, 30],
    ]);
  });

  it("asks for the secret once, and again when Redis refuses the password it knew", async () => {
    let password = "old";
    let asked = 0;
    const accepted = new Set(["old"]);
    const refused: string[] = [];
    const { handler } = run({
      secret: () => {
        asked += 1;
        return Promise.resolve(JSON.stringify({ username: "metrics", password }));
      },
      connect: (given, credentials) => {
        if (!accepted.has(credentials.password)) {
          refused.push(credentials.password);
          return Promise.reject(new Error("WRONGPASS invalid username-password pair or user is disabled."));
        }
        return connectRedis(given, { username: "metrics", password: PASSWORD }, server.ca);
      },
    });
    await handler();
    await handler();
    expect(asked).toBe(1);
    password = "new";
    accepted.delete("old");
    accepted.add("new");
    await handler();
    expect(asked).toBe(2);
    expect(refused).toEqual(["old"]);
  });

  it("fails, and writes nothing, when one queue cannot be read", async () => {
    const { handler, lines } = run({
      connect: async (given, credentials) => {
        const redis = await connectRedis(given, credentials, server.ca);
        return { ...redis, zCard: () => Promise.reject(new Error("LOADING Redis is loading the dataset in memory")) };
      },
    });
    await expect(handler()).rejects.toThrow("LOADING");
    expect(lines).toEqual([]);
  });

  it.each(["", "not json", "[]", '"text"', '{"username":"metrics"}', "null"])(
    "names the secret, never its text, when it holds %j",
    async (text) => {
      const { handler } = run({ secret: () => Promise.resolve(text) });
      await expect(handler()).rejects.toThrow(
        /^The secret arn:aws:.*redis-metrics-a1b2c3 is not JSON with username and password/,
      );
    },
  );

  it("fails with what Redis says when the password of the secret itself is wrong", async () => {
    const { handler } = run({
      secret: () => Promise.resolve(JSON.stringify({ username: "metrics", password: "wrong" })),
    });
    await expect(handler()).rejects.toThrow("WRONGPASS");
  });
});

describe("settingsFrom", () => {
  const env = {
    ENVIRONMENT: "staging",
    REDIS_HOST: "host",
    REDIS_PORT: "6379",
    SECRET_ARN: "arn",
    KEY_PREFIX: "affiliate:",
    QUEUES: "high,default",
  };
  it("reads the environment", () => {
    expect(settingsFrom(env)).toEqual({
      environment: "staging",
      redisHost: "host",
      redisPort: 6379,
      secretArn: "arn",
      keyPrefix: "affiliate:",
      queues: ["high", "default"],
    });
  });
  it("names all that is missing at once", () => {
    expect(() => settingsFrom({ ...env, QUEUES: "", REDIS_HOST: undefined })).toThrow("lacks REDIS_HOST, QUEUES");
  });
});

describe("metricLines", () => {
  it("is CloudWatch's embedded metric format: each metric named, with its dimensions and value beside it", () => {
    const lines = metricLines(
      "production",
      [{ queue: "default", waiting: 3, delayed: 2, reserved: 1, oldestAge: undefined }],
      now,
    );
    expect(lines[0]).toEqual({
      _aws: {
        Timestamp: now.getTime(),
        CloudWatchMetrics: [
          {
            Namespace: "Affiliate/Queue",
            Dimensions: [["Environment", "Queue"]],
            Metrics: [
              { Name: "JobsWaiting", Unit: "Count" },
              { Name: DELAYED, Unit: "Count" },
              { Name: RESERVED, Unit: "Count" },
            ],
          },
        ],
      },
      Environment: "production",
      Queue: "default",
      JobsWaiting: 3,
      JobsDelayed: 2,
      JobsReserved: 1,
    });
    expect(lines[1]).toMatchObject({ Environment: "production", JobsWaiting: 3 });
    expect(lines[1]).not.toHaveProperty("Queue");
  });
});
