import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bootstrapContainers } from "../../../components/compute/containers";
import { asker, judge, tryOut } from "../../../functions/release-gate/smoke";
import { FakeAws } from "./fake-aws";
import { hookEvent, settings } from "./fixtures";

const STAGE = "POST_TEST_TRAFFIC_SHIFT";
const body = (status: string, release: string) => JSON.stringify({ status, release });
const good = { status: 200, body: body("ok", "v2") };

describe("the record of a trial", () => {
  const bad = { status: 200, body: body("ok", "v1") };

  it.each([
    ["a pass", good, "SUCCEEDED", "answers as v2 (try 1)"],
    ["a failure", bad, "FAILED", 'release "v1" that answers'],
  ])("is there for whoever follows the deployment: %s", async (_, answer, status, reason) => {
    const aws = new FakeAws();
    aws.ecs.deploy("d2", "2", "v2");
    aws.ask = () => Promise.resolve(answer);
    expect((await aws.invoke(hookEvent("d2", STAGE))).hookStatus).toBe(status);
    const trial = await aws.records.loadTrial("d2");
    expect(trial?.status).toBe(status);
    expect(trial?.reason).toContain(reason);
  });

  it.each([
    [good, "SUCCEEDED"],
    [bad, "FAILED"],
  ])("decides nothing: without the table the answer is the same, and the log says so (%#)", async (answer, status) => {
    const aws = new FakeAws();
    aws.ecs.deploy("d2", "2", "v2");
    aws.ask = () => Promise.resolve(answer);
    aws.fault = (name) => (name === "PutItem" ? "refused" : "none");
    expect((await aws.invoke(hookEvent("d2", STAGE))).hookStatus).toBe(status);
    expect(aws.lines.map(({ message }) => message).join("\n")).toContain("could not be recorded");
  });
});

describe("judging an answer", () => {
  it.each([
    ["good", good, ""],
    ["another version", { status: 200, body: body("ok", "v1") }, 'release "v1" that answers, needed "v2"'],
    ["no version", { status: 200, body: '{"status":"ok"}' }, "release undefined"],
    ["another state", { status: 200, body: body("degraded", "v2") }, 'status is "degraded"'],
    ["not JSON", { status: 200, body: "<html>" }, "no JSON: <html>"],
    ["null", { status: 200, body: "null" }, "status is undefined"],
    ["a redirect", { status: 302, body: "" }, "status 302"],
    ["an error", { status: 503, body: "no targets" }, "status 503, needed 200: no targets"],
  ])("%s", (_, answer, fault) => {
    const found = judge(answer, "v2");
    if (fault === "") expect(found).toBe("");
    else expect(found).toContain(fault);
  });

  it("takes the bootstrap container for no release", () => {
    const context = { image: "x", region: "", logGroup: "", memoryMiB: 512, environment: {}, secrets: {} };
    const command = bootstrapContainers("nginx", "web", context)[0]?.command?.[0] ?? "";
    const said = /echo '(\{.*?\})'/.exec(command)?.[1] ?? "";
    expect(judge({ status: 200, body: said }, "v2")).toContain('status is "waiting"');
  });
});

describe("trying a release", () => {
  const pauses: number[] = [];
  const pause = (seconds: number) => Promise.resolve(void pauses.push(seconds));
  beforeEach(() => void pauses.splice(0));

  it("ends with the first good answer", async () => {
    const answers = [{ status: 503, body: "" }, new Error("connect ECONNREFUSED"), good];
    const asked: unknown[] = [];
    const ask = () => {
      const next = answers[asked.length];
      asked.push(next);
      return next instanceof Error || next === undefined ? Promise.reject(next ?? new Error()) : Promise.resolve(next);
    };
    const said: string[] = [];
    const tried = await tryOut(ask, "v2", pause, (message) => said.push(message));
    expect(tried).toEqual({ passed: true, reason: "/health on the test listener answers as v2 (try 3)" });
    expect(pauses).toEqual([10, 10]);
    expect(said).toEqual(["Try 1 of 10: status 503, needed 200: ", "Try 2 of 10: no answer (connect ECONNREFUSED)"]);
  });

  it("gives up after ten, ten seconds apart, and says what it saw last", async () => {
    const tried = await tryOut(
      () => Promise.resolve({ status: 500, body: "oops" }),
      "v2",
      pause,
      () => undefined,
    );
    expect(tried.passed).toBe(false);
    expect(tried.reason).toMatch(/10 tries: status 500, needed 200: oops/);
    expect(pauses).toEqual(Array(9).fill(10));
  });
});

describe("the hook", () => {
  let aws: FakeAws;
  const reason = () => aws.lines.at(-1)?.message ?? "";
  beforeEach(() => {
    aws = new FakeAws();
    aws.ecs.deploy("d2", "2", "v2");
  });

  it("lets a release on that answers as itself", async () => {
    const started = aws.time;
    expect((await aws.invoke(hookEvent("d2", STAGE))).hookStatus).toBe("SUCCEEDED");
    expect(aws.time).toBe(started);
    expect(aws.lines.at(-1)?.fields).toMatchObject({ stage: STAGE, result: "tried" });
    expect(aws.ecs.tasks).toEqual([]);
  });

  it("fails, in one call, when the old release answers", async () => {
    aws.ask = () => Promise.resolve({ status: 200, body: body("ok", "v1") });
    const started = aws.time;
    expect((await aws.invoke(hookEvent("d2", STAGE))).hookStatus).toBe("FAILED");
    expect(aws.time - started).toBe(90_000);
    expect(reason()).toMatch(/it is release "v1" that answers, needed "v2"/);
  });

  it("tries neither a rollback nor the bootstrap container", async () => {
    aws.ask = () => Promise.reject(new Error("not to be asked"));
    aws.ecs.deploy("d3", "2", "v2", "ROLLBACK_IN_PROGRESS");
    expect((await aws.invoke(hookEvent("d3", STAGE))).hookStatus).toBe("SUCCEEDED");
    const taskDefinition = aws.ecs.define(settings.bootstrapFamily, { containerDefinitions: [] });
    aws.ecs.deployments.set("d0", { status: "IN_PROGRESS", taskDefinition, image: "busybox" });
    expect((await aws.invoke(hookEvent("d0", STAGE))).hookStatus).toBe("SUCCEEDED");
    expect(reason()).toMatch(/bootstrap container/);
  });

  it("tries an emergency rollback like any release: it is one", async () => {
    aws.ecs.deploy("d1", "1", "v1", "SUCCESSFUL");
    aws.ecs.deploy("d4", "1", "v1");
    expect((await aws.invoke(hookEvent("d4", STAGE))).hookStatus).toBe("FAILED");
    expect(reason()).toMatch(/release "v2" that answers, needed "v1"/);
  });

  it("waits while ECS is throttled, five minutes at most", async () => {
    aws.fault = () => "throttled";
    expect((await aws.invoke(hookEvent("d2", STAGE))).hookStatus).toBe("IN_PROGRESS");
    expect((await aws.poll(hookEvent("d2", STAGE))).hookStatus).toBe("FAILED");
    expect(reason()).toMatch(/Rate exceeded/);
  });
});

describe("asking over TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "smoke-"));
  const HOSTNAME = "api.affiliate-system.com";
  let server: Server;
  let ca: string;
  let seen: { host: string | undefined; servername: unknown; url: string | undefined }[] = [];
  let respond: (end: (status: number, body: string) => void) => void;

  beforeAll(async () => {
    const file = (name: string) => join(folder, name);
    const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"];
    const names = ["-subj", "/CN=test", "-addext", `subjectAltName=DNS:${HOSTNAME}`];
    execFileSync("openssl", [...request, ...names, "-keyout", file("key"), "-out", file("crt")], { stdio: "pipe" });
    ca = readFileSync(file("crt"), "utf8");
    server = createServer({ key: readFileSync(file("key")), cert: ca }, ({ headers, socket, url }, response) => {
      seen.push({ host: headers.host, servername: (socket as TLSSocket & { servername?: string }).servername, url });
      respond((status, text) => response.writeHead(status).end(text));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    seen = [];
    respond = (end) => end(200, good.body);
  });
  const place = () => ({ host: "127.0.0.1", port: (server.address() as AddressInfo).port, hostname: HOSTNAME });

  it("comes by the load balancer's name and asks for the public one", async () => {
    expect(await asker({ ...place(), ca })()).toEqual(good);
    expect(seen).toEqual([{ host: HOSTNAME, servername: HOSTNAME, url: "/health" }]);
  });

  it("believes no certificate of another name or authority", async () => {
    await expect(asker({ ...place(), ca, hostname: "other.example" })()).rejects.toThrow(/altnames/);
    await expect(asker(place())()).rejects.toThrow(/self-signed/);
  });

  it("hands on a bad status, and does not wait for ever", async () => {
    respond = (end) => end(503, "no targets");
    expect(await asker({ ...place(), ca })()).toEqual({ status: 503, body: "no targets" });
    respond = () => undefined;
    await expect(asker({ ...place(), ca })()).rejects.toThrow(/abort|timeout/i);
  });
});
