// A restore in a stack that stands: what its plan shows, and that nobody takes it back by accident.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseDocument, type YAMLMap } from "yaml";
import { readPlan } from "../../report/plan";
import { captured, copyOfLanded, landed } from "../support/landed";
import { ROOT, stackFilesWith } from "./support";

const ENGINE = 600_000;

beforeAll(async () => {
  await landed("production");
  await landed("staging");
}, 2 * ENGINE);

describe("a restore of the database", () => {
  it(
    "brings a cluster up beside the old one, gives tasks its endpoints, and deletes nothing of the old one",
    async () => {
      const file = parseDocument(readFileSync(join(ROOT, "Pulumi.production.yaml"), "utf8"));
      const database = file.getIn(["config", "affiliate:database"]) as YAMLMap;
      const stackFiles = stackFilesWith("restore-files", "production", ["affiliate:database"], {
        ...(database.toJSON() as object),
        restore: { from: "2026-11-27T10:40:00+09:00", generation: 1 },
        kept: [{ generation: 0 }],
      });
      const preview = await captured(await copyOfLanded("restore-home"), { stackFiles }).update(
        "preview",
        "production",
      );
      expect(preview.exitCode, preview.stdout).toBe(0);
      const { changes } = readPlan(preview.log, "production");
      const names = (...operations: string[]) =>
        changes.filter(({ operation }) => operations.includes(operation)).map(({ name }) => name);
      expect(names("create")).toContain("database-g1");
      expect(names("create").filter((name) => /^database-g1-\d$/.test(name))).toHaveLength(4);
      expect(names("replace")).toContain("tasks-web-template");
      // Neither the cluster, its instances and logs, nor anything else that holds data.
      expect(names("delete")).toEqual([]);
      expect(changes.filter(({ operation, stateful }) => operation === "replace" && stateful)).toEqual([]);
      expect(names("replace").filter((name) => /^(database|redis|buckets|keys)\b/.test(name))).toEqual([]);
      // Datadog's agent finds the cluster in use by a tag, which goes over to the new one.
      const touched = changes
        .filter(({ name }) => /^database(-\d+)?$/.test(name))
        .flatMap(({ name, properties }) => properties.map(({ path }) => `${name}: ${path.replace(/\W.*/, "")}`));
      expect([...new Set(touched)]).toEqual(["database: tags"]);
    },
    ENGINE,
  );
});

describe("a restore of a Redis group", () => {
  it(
    "cannot be taken back by a stack file of before it, in staging either",
    async () => {
      const home = await copyOfLanded("restore-back-home");
      const path = ["affiliate:redis", "cache", "restore"];
      const stackFiles = stackFilesWith("restore-back-files", "staging", path, { from: "cache-1", generation: 1 });
      const up = await captured(home, { stackFiles }).update("up", "staging");
      expect(up.exitCode, up.stdout + up.stderr).toBe(0);
      const back = await captured(home).update("preview", "staging");
      expect(back.exitCode).not.toBe(0);
      expect(back.stdout + back.stderr).toMatch(/redis-cache-generation-1-is-in-use-and-no-older-one-may-be/);
      expect(back.stdout + back.stderr).toMatch(/protect/);
    },
    ENGINE,
  );
});
