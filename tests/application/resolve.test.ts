import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { exitCodes } from "../../operations/exit-codes";
import { createImage } from "../../operations/image/image";
import { parseImageName } from "../../operations/image/registry";
import { runVerbs, stackFolder, temporaryFolder } from "../support/command-line";

const MANIFEST = '{"schemaVersion":2,"manifests":[]}';
const DIGEST = `sha256:${createHash("sha256").update(MANIFEST).digest("hex")}`;
const OLD = `sha256:${"0".repeat(64)}`;
const root = stackFolder();
const folder = temporaryFolder("resolve-");
const file = path.join(folder, "Dockerfile");
let registry: Server;
let host: string;
let told: string;

/** A registry as the OCI distribution specification has it, with Docker Hub's tokens; over HTTP, on this machine. */
beforeAll(async () => {
  registry = createServer((asked, answer) => {
    const { pathname, searchParams } = new URL(asked.url ?? "", `http://${host}`);
    if (pathname === "/token") {
      const scope = searchParams.get("scope");
      answer.end(JSON.stringify(scope === "repository:library/php:pull" ? { token: "of-the-test" } : {}));
    } else if (asked.headers.authorization !== "Bearer of-the-test") {
      const challenge = `Bearer realm="http://${host}/token",service="registry",scope="repository:library/php:pull"`;
      answer.writeHead(401, { "www-authenticate": challenge }).end();
    } else if (
      pathname === "/v2/library/php/manifests/8.3" &&
      asked.headers.accept?.includes("oci.image.index") === true
    ) {
      answer.writeHead(200, { "docker-content-digest": told }).end(MANIFEST);
    } else answer.writeHead(404).end();
  });
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  const address = registry.address();
  host = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});
afterAll(() => registry.close());
beforeEach(() => {
  told = DIGEST;
  writeFileSync(file, `ARG PHP_IMAGE=${host}/library/php:8.3@${OLD}\nFROM \${PHP_IMAGE} AS base\n`);
});
const resolve = (...more: string[]) => runVerbs([createImage(folder)], ["--resolve", ...more], root);

describe("npm run image -- --resolve", () => {
  it("asks the registry, shows what is newer, and writes nothing", async () => {
    const before = readFileSync(file, "utf8");
    const { code, stdout, stderr } = await resolve();
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(new RegExp(`^PHP_IMAGE +${host}/library/php:8.3 +new +${DIGEST}$`, "m"));
    expect(stderr).toContain("Nothing was written: --write does that.");
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("writes the digest, and then finds nothing newer", async () => {
    expect((await resolve("--write")).code).toBe(0);
    expect(readFileSync(file, "utf8")).toContain(`ARG PHP_IMAGE=${host}/library/php:8.3@${DIGEST}\nFROM`);
    expect((await resolve()).stderr).toContain("Nothing is newer.");
  });

  it("pins an image that had no digest", async () => {
    writeFileSync(file, `ARG PHP_IMAGE=${host}/library/php:8.3\n`);
    await resolve("--write");
    expect(readFileSync(file, "utf8")).toBe(`ARG PHP_IMAGE=${host}/library/php:8.3@${DIGEST}\n`);
  });

  it("believes no registry that says another digest than it sends", async () => {
    told = OLD;
    const { code, stderr } = await resolve("--write");
    expect(code).toBe(exitCodes.failed.code);
    expect(stderr).toContain(`says ${OLD}`);
    expect(readFileSync(file, "utf8")).toContain(OLD);
  });

  it("says which image is not there", async () => {
    writeFileSync(file, `ARG PHP_IMAGE=${host}/library/php:9.9@${OLD}\n`);
    const { code, stderr } = await resolve();
    expect(code).toBe(exitCodes.failed.code);
    expect(stderr).toContain(`answered 404 for ${host}/library/php:9.9`);
  });

  it("refuses a Dockerfile that fixes nothing", async () => {
    writeFileSync(file, "FROM php\n");
    const { code, stderr } = await resolve();
    expect(code).toBe(exitCodes.usage.code);
    expect(stderr).toContain("It needs lines such as ARG PHP_IMAGE=");
  });
});

describe("an image's name", () => {
  it.each([
    ["php:8.3", "registry-1.docker.io", "library/php", "8.3"],
    [`composer:2.10.2@${OLD}`, "registry-1.docker.io", "library/composer", "2.10.2"],
    ["grafana/grafana:12", "registry-1.docker.io", "grafana/grafana", "12"],
    ["public.ecr.aws/docker/library/busybox:1", "public.ecr.aws", "docker/library/busybox", "1"],
    ["localhost:5000/php:8.3", "localhost:5000", "php", "8.3"],
    ["php", "registry-1.docker.io", "library/php", "latest"],
  ])("%s", (written, host, repository, tag) => {
    expect(parseImageName(written)).toMatchObject({ host, repository, tag });
  });
});

it("reads every pin of the real Dockerfile", () => {
  const text = readFileSync(path.join(__dirname, "../../application/Dockerfile"), "utf8");
  expect(text.match(/^ARG [A-Z_]+_IMAGE=\S+@sha256:[0-9a-f]{64}$/gm)).toHaveLength(3);
});
