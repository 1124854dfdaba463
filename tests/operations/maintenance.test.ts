import dns from "node:dns";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { exitCodes } from "../../operations/exit-codes";
import { edgeFunction } from "../support/edge-function";
import { operatorWorld, PRODUCTION, YES } from "../support/operator-world";

const { run, endpoint } = operatorWorld();

/** The store's one key, as CloudFront keeps it, and what happened. */
let store: { value?: string; version: number; puts: number };
let deaf: boolean;
let slack: string[];
/** Done after the verb has read. */
let meanwhile: () => void;

/**
 * One server for three, over HTTP. CloudFront's key-value store is written here after its API reference (moto has none);
 * the site is the maintenance function itself, reading that store; Slack writes down what it is told.
 */
const server = createServer((incoming, outgoing) => {
  void textOf(incoming).then(async (body) => {
    const { method, url = "", headers } = incoming;
    const json = (status: number, value: unknown, more = {}) =>
      void outgoing.writeHead(status, { "content-type": "application/json", ...more }).end(JSON.stringify(value));
    if (url === "/slack") {
      slack.push((JSON.parse(body) as { text: string }).text);
      return json(200, {});
    }
    if (url === "/site/") {
      const edge = edgeFunction(() => {
        if (store.value === undefined || deaf) throw new Error("KeyNotFound");
        return store.value;
      });
      const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
      // On the list of the tests below: an operator's own address often is.
      const answer = await edge({ ip: "203.0.113.7", headers: sent });
      const said = Object.entries(answer?.headers ?? {}).map(([name, { value }]) => [name, value] as const);
      return void outgoing
        .writeHead(answer?.statusCode ?? 200, Object.fromEntries<string>(said))
        .end(answer?.body.data ?? "app");
    }
    expect(headers.authorization).toMatch(/^AWS4-ECDSA-P256-SHA256 /);
    const etag = { etag: `E${store.version}` };
    if (method === "PUT") {
      if (headers["if-match"] !== etag.etag)
        return json(409, { Message: "stale" }, { "x-amzn-errortype": "ConflictException" });
      Object.assign(store, { value: (JSON.parse(body) as { Value: string }).Value, version: store.version + 1 });
      store.puts += 1;
      return json(200, { ItemCount: 1, TotalSizeInBytes: 100 }, { etag: `E${store.version}` });
    }
    if (!url.includes("/keys/"))
      return json(200, { ItemCount: 1, TotalSizeInBytes: 100, KvsARN: "arn", Created: 1 }, etag);
    const { value } = store;
    meanwhile();
    if (value === undefined)
      return json(404, { Message: "no key" }, { "x-amzn-errortype": "ResourceNotFoundException" });
    return json(200, { Key: "maintenance", Value: value, ItemCount: 1, TotalSizeInBytes: 100 });
  });
});

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  process.env.AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE = `http://kvs.test:${port}`;
  process.env.OPERATIONS_VISITORS_URL = `http://127.0.0.1:${port}/site/`;
  // The SDK puts the account before the host name, as AWS has it: no resolver knows that one.
  const lookup = dns.lookup.bind(dns) as (...given: unknown[]) => void;
  const spied = (name: string, ...rest: unknown[]) => lookup(name.endsWith(".kvs.test") ? "127.0.0.1" : name, ...rest);
  vi.spyOn(dns, "lookup").mockImplementation(spied);
});
afterAll(async () => {
  vi.restoreAllMocks();
  delete process.env.AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE;
  delete process.env.OPERATIONS_VISITORS_URL;
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});
beforeEach(async () => {
  store = { version: 1, puts: 0 };
  deaf = false;
  slack = [];
  meanwhile = () => undefined;
  const secrets = new SecretsManager({ endpoint: endpoint(), region: "ap-northeast-1" });
  const { port } = server.address() as AddressInfo;
  await secrets.createSecret({
    Name: "affiliate/production/slack",
    SecretString: JSON.stringify({ webhook_url: `http://127.0.0.1:${port}/slack` }),
  });
  secrets.destroy();
});

const held = () => JSON.parse(store.value ?? "null") as Record<string, unknown>;

describe("maintenance", () => {
  it("goes on and off, as visitors see it, though the operator's own address is let through", async () => {
    const on = await run(
      "maintenance",
      "on",
      ...YES,
      "--allow",
      "203.0.113.7",
      "2001:0db8::/32",
      "--retry-after",
      "60",
    );
    expect(on.code, on.stderr).toBe(0);
    expect(held()).toMatchObject({ on: true, retryAfter: 3600, allow: ["203.0.113.7", "2001:db8::/32"] });
    expect(on.stderr).toContain("/site/ answers 503");
    expect(slack.at(-1)).toMatch(/メンテナンスを開始しました \[production\]\nMaintenance is on/);

    const status = await run("maintenance", "status", ...PRODUCTION);
    expect(status.code, status.stderr).toBe(0);
    expect(status.stdout).toMatch(
      /^maintenance {2}on since .*\nlet through {2}203\.0\.113\.7, 2001:db8::\/32\n.*503, maint/,
    );

    const off = await run("maintenance", "off", ...YES, "--json");
    expect(off.code, off.stderr).toBe(0);
    expect(JSON.parse(off.stdout)).toEqual({ stack: "production", dryRun: false, maintenance: { on: false } });
    expect(held()).toMatchObject({ on: false });
    expect(slack.at(-1)).toContain("メンテナンスを終了しました");
    const again = await run("maintenance", "off", ...PRODUCTION);
    expect(again.stderr).toContain("Nothing to change.");
    expect(store.puts).toBe(2);
  });

  it("changes nothing in a dry run, nor without a yes", async () => {
    const dry = await run("maintenance", "on", ...PRODUCTION, "--dry-run", "--json");
    expect(dry.code, dry.stderr).toBe(0);
    expect(JSON.parse(dry.stdout)).toMatchObject({ dryRun: true, maintenance: { retryAfter: 1800, allow: [] } });
    expect((await run("maintenance", "on", ...PRODUCTION)).code).toBe(exitCodes.refused.code);
    expect([store.puts, slack]).toEqual([0, []]);
  });

  it("does not overwrite what another operator wrote in between", async () => {
    meanwhile = () => void (store.version += 1);
    const { code, stderr } = await run("maintenance", "on", ...YES);
    expect(code).toBe(exitCodes.refused.code);
    expect(stderr).toContain("Somebody else has changed the maintenance");
    expect([store.puts, slack]).toEqual([0, []]);
  });

  it("ends with its time when visitors never see it, and Slack hears that nobody has checked", async () => {
    deaf = true;
    const { code, stderr } = await run("maintenance", "on", ...YES, "--timeout", "3");
    expect(code).toBe(exitCodes.timedOut.code);
    expect(stderr).toContain("/site/ still answers: 200");
    expect(slack.at(-1)).toContain("確認できていません");
    const status = await run("maintenance", "status", ...PRODUCTION);
    expect(status.code).toBe(exitCodes.incomplete.code);
  });

  it.each([
    [["--allow", "10.0.0.300"], '"10.0.0.300" is no address'],
    [["--allow", "10.1"], '"10.1" is no address'],
    [["--allow", "203.0.113.7/24"], "Say 203.0.113.0/24"],
    [["--allow", "0.0.0.0/0"], "is everybody"],
    [["--retry-after", "soon"], '"soon" is not 1 to 10080 whole minutes'],
    [["--allow", ...Array.from({ length: 90 }, (_, at) => `203.0.113.${at}`)], "CloudFront takes 1024"],
  ])("refuses %j before AWS is asked", async (words, says) => {
    const { code, stderr } = await run("maintenance", "on", ...YES, ...words);
    expect(code).toBe(exitCodes.usage.code);
    expect(stderr).toContain(says);
    expect(store.puts).toBe(0);
  });
});
