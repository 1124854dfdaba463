// What a change shows in a plan, and what destroy may and may not do: on stacks of their own, since these are changed.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { brokenStackFiles } from "../config/broken-stack-files";
import { captured, copyOfLanded, landed, scratch } from "../support/landed";
import { changesOf } from "./support";

const ENGINE = 300_000;

beforeAll(async () => {
  await landed("production");
  await landed("staging");
}, 2 * ENGINE);

describe("a plan shows exactly what changes", () => {
  it(
    "more memory for the web task: its template and its bootstrap, never the service",
    async () => {
      const changes = await changesOf("memory", "production", ["affiliate:compute", "web", "memoryMiB"], 4096);
      expect(changes.filter((change) => !change.includes("tasks-web-"))).toEqual([]);
      expect(changes).toContain("create-replacement tasks-web-template");
      expect(changes.join("\n")).not.toContain("delete tasks-web");
    },
    ENGINE,
  );

  it(
    "a larger class for the readers: those instances in place, the cluster untouched",
    async () => {
      const changes = await changesOf(
        "class",
        "production",
        ["affiliate:database", "instances", 2, "class"],
        "db.r6g.2xlarge",
      );
      expect(changes).toHaveLength(1);
      expect(changes[0]).toMatch(/^update database-/);
    },
    ENGINE,
  );
});

/** Of the files of a simulated cloud: not its journal of calls. */
const isResource = (file: string): boolean => !file.endsWith(".jsonl");

describe("destroy", () => {
  it(
    "production's data refuses",
    async () => {
      const home = await copyOfLanded("destroy-production");
      const cloud = () => readdirSync(join(home, ".cloud"), { recursive: true }).map(String).filter(isResource).sort();
      const before = cloud();
      const { exitCode, stdout, stderr } = await captured(home).update("destroy", "production");
      expect(exitCode).not.toBe(0);
      expect(stdout + stderr).toMatch(/protect/i);
      expect(before.length).toBeGreaterThan(500);
      expect(cloud()).toEqual(before);
    },
    ENGINE,
  );

  it(
    "staging goes, and leaves nothing but what belongs to others",
    async () => {
      const home = await copyOfLanded("destroy-staging");
      const { exitCode, stdout, stderr } = await captured(home).update("destroy", "staging");
      expect(stdout + stderr).not.toMatch(/error:/);
      expect(exitCode).toBe(0);
      const state = JSON.parse((await captured(home).export("staging")).stdout) as {
        deployment: { resources?: unknown[] };
      };
      expect(state.deployment.resources ?? []).toEqual([]);
    },
    ENGINE,
  );
});

describe("a broken stack file, through the engine", () => {
  // All of them run under mocks (tests/config/broken.test.ts); these show that the engine passes the message on whole.
  const samples = brokenStackFiles().filter((_, index) => index % 30 === 0);

  it.each(samples.map((sample) => [sample.name, sample] as const))(
    "%s",
    async (name, sample) => {
      const stackFiles = scratch(`broken-${name}-files`);
      mkdirSync(stackFiles, { recursive: true });
      writeFileSync(join(stackFiles, `Pulumi.${sample.stack}.yaml`), sample.text);
      const { exitCode, stdout, stderr, events } = await captured(scratch(`broken-${name}`), { stackFiles }).update(
        "preview",
        sample.stack,
      );
      expect(exitCode).not.toBe(0);
      const squeezed = (text: string): string => text.replace(/\s+/g, " ");
      expect(squeezed(stdout + stderr)).toContain(squeezed(sample.message).trim());
      expect(stdout + stderr).not.toMatch(/\n\s+at /);
      expect(events.steps.filter(({ type }) => type !== "pulumi:pulumi:Stack")).toEqual([]);
    },
    ENGINE,
  );
});
