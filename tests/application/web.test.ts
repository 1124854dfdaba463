import { createSocket, type Socket } from "node:dgram";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applicationMetrics, SLOW_MILLISECONDS } from "../../config/vocabulary";
import { WebTask } from "./web-task";

let task: WebTask;
let agent: Socket;
const datagrams: string[] = [];

beforeAll(async () => {
  agent = createSocket("udp4").on("message", (message) => datagrams.push(message.toString()));
  await new Promise<void>((resolve) => agent.bind(0, "127.0.0.1", resolve));
  task = await WebTask.start(2048, { environment: { DD_DOGSTATSD_PORT: String(agent.address().port) } });
});
afterAll(async () => {
  agent.close();
  await task.stop();
});

/** What CloudFront and the load balancer make of a request of `visitor`, who claims to be somebody else. */
const through = (visitor: string) => ({
  "x-forwarded-for": `198.51.100.66, ${visitor}, 10.0.1.7`,
  "x-forwarded-proto": "https",
  "x-forwarded-port": "443",
  "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678",
  "x-amz-cf-id": "cloudfront-id",
  via: "2.0 d111111abcdef8.cloudfront.net (CloudFront)",
  host: "affiliate-system.com",
});
const json = (text: string) => JSON.parse(text) as Record<string, unknown>;

describe("the web task under the real nginx and php-fpm", () => {
  it("is healthy by the checks of its own definition, and says which release it is", async () => {
    expect([task.health("app"), task.health("nginx")]).toEqual([0, 0]);
    const answer = await task.ask("/health");
    expect(answer.status).toBe(200);
    expect(json(answer.body)).toEqual({ status: "ok", release: "v1.2.3" });
    expect(answer.headers["cache-control"]).toContain("no-store");
  });

  it("has cached its configuration before it answers", async () => {
    expect(json((await task.ask("/config")).body)).toEqual({ environment: "production", cachedBy: "optimize" });
  });

  it("serves static files, hashed ones for ever, and runs or shows nothing else in public/", async () => {
    const hashed = await task.ask("/build/app-4f2a.css");
    expect([hashed.status, hashed.headers["content-type"]]).toEqual([200, "text/css"]);
    expect(hashed.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect((await task.ask("/robots.txt")).headers["cache-control"]).toBe("public, max-age=3600");
    for (const hidden of ["/shell.php", "/.env", "/build/missing.css", "/images/shell.php"]) {
      expect((await task.ask(hidden)).status, hidden).toBe(404);
    }
    expect((await task.ask("/shell.php")).body).not.toContain("must never run");
    // What is no file is Laravel's.
    expect(json((await task.ask("/no/such/page")).body)).toEqual({ message: "Not Found" });
  });

  it("knows the visitor, scheme and host through CloudFront and the load balancer, and believes no claim", async () => {
    const who = json((await task.ask("/who?token=secret", { headers: through("203.0.113.9") })).body);
    expect(who).toEqual({
      ip: "203.0.113.9",
      scheme: "https",
      url: "https://affiliate-system.com/who?token=secret",
      peer: "127.0.0.1",
      proxyVariable: null,
    });
    const sixth = json((await task.ask("/who", { headers: through("2001:db8::9") })).body);
    expect(sixth.ip).toBe("2001:db8::9");
    const direct = json((await task.ask("/who", { headers: { proxy: "http://evil.example" } })).body);
    expect(direct).toMatchObject({ ip: "127.0.0.1", scheme: "http", proxyVariable: null });
  });

  it("logs a line of JSON for each request, with trace ids, without queries and without healthy checks", async () => {
    await task.ask("/who?token=secret", { headers: { ...through("203.0.113.9"), "user-agent": 'a "quoted" one' } });
    const line = task.accessLog().at(-1);
    expect(line).toMatchObject({
      type: "access",
      method: "GET",
      host: "affiliate-system.com",
      path: "/who",
      status: 200,
      scheme: "https",
      client: "203.0.113.9",
      userAgent: 'a "quoted" one',
      traceId: "Root=1-67891233-abcdef012345678912345678",
      cloudFrontId: "cloudfront-id",
    });
    expect(typeof line?.seconds).toBe("number");
    expect(task.nginx.output()).not.toContain("secret");
    expect(task.nginx.output()).not.toContain('"/health"');
  });

  it("takes a file of 10 MiB, lets Laravel refuse a larger one, and refuses what no form is allowed", async () => {
    const upload = (bytes: number) => {
      const edge = "----edge";
      const head = `--${edge}\r\ncontent-disposition: form-data; name="file"; filename="f.bin"\r\n\r\n`;
      const body = Buffer.concat([Buffer.from(head), Buffer.alloc(bytes, 7), Buffer.from(`\r\n--${edge}--\r\n`)]);
      const headers = {
        "content-type": `multipart/form-data; boundary=${edge}`,
        "content-length": String(body.length),
      };
      return task.ask("/upload", { method: "POST", headers, body });
    };
    const mib = 1024 * 1024;
    expect(json((await upload(10 * mib)).body)).toEqual({ size: 10 * mib, error: 0, where: "/tmp" });
    // 1 is UPLOAD_ERR_INI_SIZE: a validation message, and not an empty form.
    expect(json((await upload(10.5 * mib)).body)).toMatchObject({ error: 1 });
    expect((await upload(12 * mib)).status).toBe(413);
  });

  it("compresses for CloudFront, which asks with Via", async () => {
    const headers = { ...through("203.0.113.9"), "accept-encoding": "gzip" };
    const { headers: given, bytes } = await task.ask("/long?words=2000", { headers });
    expect(given["content-encoding"]).toBe("gzip");
    expect(bytes.length).toBeLessThan(2000);
    expect(gunzipSync(bytes).length).toBeGreaterThan(10_000);
  });

  it("says neither its server's version nor PHP's", async () => {
    const { headers } = await task.ask("/health");
    expect(headers.server).toBe("nginx");
    expect(headers["x-powered-by"]).toBeUndefined();
  });

  it("a 500: the visitor learns nothing, the log has the whole line, Datadog has the error", async () => {
    const answer = await task.ask("/error", { headers: through("203.0.113.9") });
    expect([answer.status, answer.body]).toEqual([500, '{"message":"Server Error"}']);
    const line = task.fpm
      .output()
      .split("\n")
      .find((text) => text.includes("the database is away"));
    const logged = json(line ?? "");
    // Its four thousand characters are longer than what php-fpm passes on by itself.
    expect(String(logged.message)).toHaveLength("the database is away: ".length + 4000);
    expect(logged).toMatchObject({ level: 400, extra: { traceId: "Root=1-67891233-abcdef012345678912345678" } });
    await expect
      .poll(() => datagrams.filter((text) => text.startsWith("api.errors")))
      .toEqual(["api.errors:1|c|#env:production,version:v1.2.3,route:error,method:GET,status:500"]);
  });

  it("tells Datadog how long requests took, in milliseconds, and of no health check", async () => {
    await task.ask("/slow?ms=300");
    const slow = () => datagrams.find((text) => /^api.response_time.*route:slow/.test(text));
    await expect.poll(slow).toMatch(/^api\.response_time:\d+\.\d{3}\|d\|#env:production,version:v1\.2\.3,route:slow,/);
    const took = Number(/:([\d.]+)\|d/.exec(slow() ?? "")?.[1]);
    expect(took).toBeGreaterThan(300);
    expect(took).toBeLessThan(3000);
    expect(datagrams.filter((text) => text.includes("health"))).toEqual([]);
  });

  it("counts requests, errors and late answers under the names that monitors ask for, an error as no late answer", async () => {
    const { requests, errors, slow, responseTime } = applicationMetrics;
    datagrams.length = 0;
    await task.ask(`/slow?ms=${SLOW_MILLISECONDS + 50}`);
    await task.ask("/error");
    const sent = () => datagrams.map((text) => `${text.split(":")[0]} ${/route:(\w+)/.exec(text)?.[1]}`).sort();
    const each = (route: string) => [`${requests} ${route}`, `${responseTime} ${route}`];
    const expected = [...each("slow"), `${slow} slow`, ...each("error"), `${errors} error`].sort();
    await expect.poll(sent).toEqual(expected);
  });

  it("writes to memory and nowhere else", async () => {
    const written = async (file: string) => json((await task.ask(`/write?path=${file}`)).body).written;
    for (const file of ["/tmp/x", "/run/x", "/var/www/html/storage/framework/x"])
      expect(await written(file), file).toBe(true);
    for (const file of ["/var/www/html/public/x", "/var/www/html/x", "/etc/x", "/var/tmp/x"]) {
      expect(await written(file), file).toBe(false);
    }
  });
});
