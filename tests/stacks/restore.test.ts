// A restore in a stack that stands: what its plan shows, and that nobody takes it back by accident.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseDocument, type YAMLMap } from "yaml";
import { captured, copyOfLanded, landed } from "../support/landed";
import { changesOf, ROOT, stackFilesWith } from "./support";

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
      const changes = await changesOf("restore", "production", ["affiliate:database"], {
        ...(database.toJSON() as object),
        restore: { from: "2026-11-27T10:40:00+09:00", generation: 1 },
        kept: [{ generation: 0 }],
      });
      expect(changes).toContain("create database-g1");
      expect(changes.filter((change) => /^create database-g1-\d$/.test(change))).toHaveLength(4);
      expect(changes).toContain("create-replacement tasks-web-template");
      // Neither the cluster, its instances and logs, nor anything else that holds data: what goes is replaced by a new version of it.
      const gone = changes.filter((change) => /^(delete|discard|replace)\b/.test(change));
      expect(gone.filter((change) => / (database|redis|buckets|keys)-?/.test(change))).toEqual([]);
      expect(changes.filter((change) => /^(update|replace|delete)\S* database(-\d+)?$/.test(change))).toEqual([]);
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
