import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createClient } from "@redis/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisUsers } from "../../components/data/redis-access";
import { bundle, bundleFile, HANDLER } from "../../functions/bundle";
import { type RedisServer, startRedis } from "./redis-server";

const folder = mkdtempSync(join(tmpdir(), "bundles-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("bundleFile", () => {
  it("makes the same bytes from the same sources, and makes them once", () => {
    const first = bundleFile("queue-metrics", join(folder, "a"));
    const second = bundleFile("queue-metrics", join(folder, "b"));
    expect(second).not.toBe(first);
    expect(readFileSync(second).equals(readFileSync(first))).toBe(true);
    const { mtimeMs } = statSync(first);
    expect(bundleFile("queue-metrics", join(folder, "a"))).toBe(first);
    expect(statSync(first).mtimeMs).toBe(mtimeMs);
  });

  it("holds no path of this machine", () => {
    expect(readFileSync(bundleFile("queue-metrics", join(folder, "a")), "utf8")).not.toContain(process.cwd());
  });

  it("becomes an archive with the file that the handler's name begins with", async () => {
    const { assets } = bundle("queue-metrics") as unknown as { assets: Promise<Record<string, unknown>> };
    expect(Object.keys(await assets)).toEqual([`${HANDLER.split(".")[0]}.js`]);
  });
});

/** Secrets Manager's answer to GetSecretValue, and nothing else of it. */
async function secretsManager(answer: { status: number; body: unknown }): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

describe("the bundled function, as Lambda runs it", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    const access = redisUsers.metrics.accessString.replace(/^on /, "");
    redis = await startRedis([`user metrics on >of-the-test ${access}`, "user laravel on >x ~* +@all"]);
  });
  afterAll(() => redis?.stop());

  const invoke = async (secrets: Server) => {
    const script = `require(process.argv[1]).${HANDLER.split(".")[1]}().catch((error) => {
      console.error(error.message);
      process.exitCode = 1;
    });`;
    return promisify(execFile)(process.execPath, ["-e", script, bundleFile("queue-metrics", join(folder, "a"))], {
      env: {
        ENVIRONMENT: "staging",
        REDIS_HOST: "localhost",
        REDIS_PORT: String(redis.port),
        SECRET_ARN: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:redis-metrics-a1b2c3",
        KEY_PREFIX: "affiliate:",
        QUEUES: "default",
        AWS_REGION: "ap-northeast-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(secrets.address() as AddressInfo).port}`,
        NODE_EXTRA_CA_CERTS: redis.caFile,
      },
    });
  };

  it("writes bare lines of JSON to its log, and ends", async () => {
    const laravel = createClient({
      username: "laravel",
      password: "x",
      socket: { host: "localhost", port: redis.port, tls: true, ca: redis.ca },
    });
    await laravel.connect();
    await laravel.rPush("affiliate:queues:default", ["{}", "{}"]);
    await laravel.close();
    const secrets = await secretsManager({
      status: 200,
      body: { SecretString: JSON.stringify({ username: "metrics", password: "of-the-test" }) },
    });
    const { stdout } = await invoke(secrets).finally(() => secrets.close());
    const lines = stdout.trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { JobsWaiting: number }).JobsWaiting)).toEqual([2, 2]);
  });

  it("says which command fills a secret that has no value yet", async () => {
    const secrets = await secretsManager({
      status: 400,
      body: { __type: "ResourceNotFoundException", message: "Secrets Manager can't find the specified secret value" },
    });
    const failed = invoke(secrets).finally(() => secrets.close());
    await expect(failed).rejects.toThrow(/has no value yet: operations secrets set redis-metrics writes it/);
  });
});
