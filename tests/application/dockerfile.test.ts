import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { image } from "../../components/compute/image-contract";
import { ports } from "../../config/vocabulary";
import { complaints, type Linters, linters } from "../support/linters/linters";
import { APPLICATION, FIXTURE } from "./task";

const text = readFileSync(path.join(APPLICATION, "Dockerfile"), "utf8");

interface Instruction {
  readonly word: string;
  readonly rest: string;
  /** Name of the stage it is in; undefined before the first FROM. */
  readonly stage: string | undefined;
}

/** Instructions with their continuation lines joined; comments are none. */
function instructions(): Instruction[] {
  const joined = text.replace(/^\s*#.*\n/gm, "").replace(/\\\n\s*/g, " ");
  let stage: string | undefined;
  return joined
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, word = "", rest = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
      if (word === "FROM") stage = / AS (\S+)$/.exec(rest)?.[1];
      return { word, rest, stage };
    });
}
const all = instructions();
const of = (word: string, stage?: string) =>
  all.filter((one) => one.word === word && (stage === undefined || one.stage === stage)).map(({ rest }) => rest);
const FINAL = "application";

describe("the Dockerfile", () => {
  it("takes base images by digest, through arguments, and every other stage from itself", () => {
    const images = Object.fromEntries(
      of("ARG").map((line): [string, string] => [line.split("=")[0] ?? "", line.split("=")[1] ?? ""]),
    );
    const stages = new Set(all.map(({ stage }) => stage));
    const used = of("FROM").map((line) => line.split(" ")[0] ?? "");
    for (const from of used.filter((name) => name !== "scratch" && !stages.has(name))) {
      const argument = /^\$\{([A-Z_]+_IMAGE)\}$/.exec(from)?.[1] ?? from;
      expect(images[argument], from).toMatch(/^[a-z]+:[a-z0-9.-]+@sha256:[0-9a-f]{64}$/);
      expect(images[argument]).not.toContain(":latest");
    }
    expect(images.PHP_IMAGE).toMatch(/^php:8\.3-fpm-alpine@/);
  });

  it("checks whatever it downloads", () => {
    const downloads = of("ADD");
    expect(downloads).toHaveLength(2);
    for (const line of downloads) {
      const argument = /--checksum=sha256:\$\{([A-Z_0-9]+)\}/.exec(line)?.[1];
      expect(of("ARG").join("\n")).toMatch(new RegExp(`^${argument}=[0-9a-f]{64}$`, "m"));
    }
    expect(downloads.join("\n")).toContain(` ${image.databaseCaFile}`);
  });

  it("runs as the user of the task definition, by number, without privileges", () => {
    expect(of("USER", FINAL)).toEqual([image.user]);
    expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(of("RUN", FINAL).join()).toContain(`chown -R ${image.user}`);
    // Nothing follows as root.
    const last = all.filter(({ stage }) => stage === FINAL).map(({ word }) => word);
    expect(last.slice(last.indexOf("USER")).filter((word) => ["RUN", "COPY", "ADD"].includes(word))).toEqual([]);
  });

  it("has entry point and command in exec form, and the stop signal that lets requests end", () => {
    for (const word of ["ENTRYPOINT", "CMD"]) {
      const [line = ""] = of(word, FINAL);
      expect(Array.isArray(JSON.parse(line)), line).toBe(true);
    }
    expect(of("STOPSIGNAL", FINAL)).toEqual(["SIGQUIT"]);
    // ECS does not look at it: the task definition has its own.
    expect(of("HEALTHCHECK")).toEqual([]);
  });

  it("exposes the target group's port, where nginx listens, and php-fpm's to nobody", () => {
    expect(of("EXPOSE")).toEqual([String(ports.web)]);
    const nginx = readFileSync(path.join(APPLICATION, "docker/nginx/nginx.conf"), "utf8");
    expect(nginx).toContain(`listen ${ports.web} default_server`);
    expect(nginx).toContain(`fastcgi_pass ${image.fpmAddress};`);
    expect(nginx).toContain(`root ${image.root}/public;`);
    const fpm = readFileSync(path.join(APPLICATION, "docker/php/php-fpm.conf"), "utf8");
    expect(fpm).toContain(`listen = ${image.fpmAddress}\n`);
    expect(fpm).toContain(`ping.path = ${image.fpmPingPath}\n`);
  });

  it("copies what is there: from a stage, from these files, or from an application", () => {
    const sources = of("COPY").flatMap((line) => {
      const words = line.split(" ").filter((word) => !word.startsWith("--"));
      const from = /--from=(\S+)/.exec(line)?.[1];
      return words.slice(0, -1).map((source) => ({ from, source }));
    });
    const stages = all.map(({ stage }) => stage);
    for (const { from, source } of sources) {
      if (from !== undefined) expect(stages, source).toContain(from);
      else {
        const there = [APPLICATION, FIXTURE].some((folder) => existsSync(path.join(folder, source)));
        expect(there, source).toBe(true);
      }
    }
    expect(sources.length).toBeGreaterThan(10);
  });

  it("installs libraries before it copies the code, so that a change of code reuses them", () => {
    const vendor = all.filter(({ stage }) => stage === "vendor").map(({ word, rest }) => `${word} ${rest}`);
    const at = (part: string) => vendor.findIndex((line) => line.includes(part));
    expect(at("composer.lock")).toBeGreaterThan(-1);
    expect(at("composer.lock")).toBeLessThan(at("composer install --no-dev"));
    expect(at("composer install --no-dev")).toBeLessThan(at("COPY . ."));
    // What differs in every build comes last.
    const final = all.filter(({ stage }) => stage === FINAL).map(({ word }) => word);
    expect(final.lastIndexOf("COPY")).toBeLessThan(final.indexOf("ARG"));
  });

  it("has no secret in it: no value, and no argument that would be one", () => {
    const given = [...of("ARG"), ...of("ENV"), ...of("LABEL")].join("\n");
    expect(given).not.toMatch(/PASSWORD|SECRET|TOKEN|APP_KEY|CREDENTIAL|ACCESS_KEY/i);
    const ignored = readFileSync(path.join(APPLICATION, ".dockerignore"), "utf8").split("\n");
    for (const file of [".git", ".env", ".env.*", "auth.json", "*.pem", "*.key", "vendor", "node_modules"]) {
      expect(ignored, file).toContain(file);
    }
  });

  it("brings what the task definitions' commands call", () => {
    const run = of("RUN", "base").join();
    for (const part of [
      "nginx",
      "fcgi",
      "util-linux-misc",
      "pdo_mysql",
      "pcntl",
      "opcache",
      "phpredis",
      "intl",
      "gd",
      "zip",
    ]) {
      expect(run, part).toContain(part);
    }
  });
});

describe("the dump's Dockerfile", () => {
  const DUMP = path.join(APPLICATION, "backup");
  const dump = readFileSync(path.join(DUMP, "Dockerfile"), "utf8");
  const lines = (word: string) => [...dump.matchAll(new RegExp(`^${word} (.*)$`, "gm"))].map(([, rest = ""]) => rest);

  it("takes its base by digest, checks what it downloads, and copies what is there", () => {
    expect(lines("FROM")).toEqual(["--platform=$BUILDPLATFORM ${GO_IMAGE} AS build", "scratch"]);
    expect(dump).toMatch(/^ARG GO_IMAGE=golang:1\.\d+-bookworm@sha256:[0-9a-f]{64}$/m);
    expect(dump).toMatch(/^ARG RDS_BUNDLE_SHA256=[0-9a-f]{64}\nADD .*--checksum=sha256:\$\{RDS_BUNDLE_SHA256\}/m);
    const copied = lines("COPY")
      .filter((line) => !line.startsWith("--from=build "))
      .flatMap((line) => line.split(" ").slice(0, -1));
    expect(copied).toEqual(["engine/go.mod", "engine/go.sum", "engine"]);
    for (const source of copied) expect(existsSync(path.join(DUMP, source)), source).toBe(true);
  });

  it("is nobody's, by the task's number, with an entry point in exec form", () => {
    expect(lines("USER")).toEqual(["65532:65532"]);
    expect([...lines("ENTRYPOINT"), ...lines("CMD")].map((line): unknown => JSON.parse(line))).toEqual([
      ...[["/affiliate-backup"], ["dump"]],
    ]);
  });
});

describe("linters", () => {
  let found: Linters;
  beforeAll(async () => {
    found = await linters();
  }, 240_000);

  it("hadolint has nothing to say, and would", async () => {
    for (const file of ["Dockerfile", "backup/Dockerfile"])
      expect(await complaints(found.hadolint, [path.join(APPLICATION, file)]), file).toBe("");
    expect(await complaints(found.hadolint, ["--no-color", path.join(__dirname, "bad/Dockerfile")])).toContain(
      "DL3006",
    );
  });

  it("shellcheck has nothing to say of the entry point", async () => {
    expect(await complaints(found.shellcheck, [path.join(APPLICATION, "docker/entrypoint.sh")])).toBe("");
  });
});
