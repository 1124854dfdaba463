import { beforeEach, describe, expect, it } from "vitest";
import type { FakeAws } from "./fake-aws";
import { hookEvent, image, settings } from "./fixtures";
import { NEW, OLD, purposesOf, twoReleases } from "./two-releases";

// The answers of AWS in these tests are written by hand, in the SDK's own output types.

const MINUTE = 60_000;
let aws: FakeAws;
beforeEach(() => {
  aws = twoReleases();
});

const purposes = () => purposesOf(aws);
const reason = () => aws.lines.at(-1)?.message ?? "";
const last = () => aws.lines.at(-1)?.fields;
const lockHolder = () => aws.table.all("lock")[0]?.holder;

describe("a release with pending migrations", () => {
  it("takes a snapshot, migrates in the new image, and says what it did", async () => {
    const reply = await aws.poll(hookEvent("d2"));
    expect(reply.hookStatus).toBe("SUCCEEDED");
    expect(purposes()).toEqual(["ask", "migrate"]);
    expect(aws.ecs.tasks.map((task) => task.image)).toEqual([image("2"), image("2")]);
    expect([...aws.database.applied.keys()]).toEqual(NEW);
    const [snapshot] = [...aws.snapshots.kept.values()];
    expect(snapshot?.name).toMatch(/^affiliate-production-release-20261124-000000-[0-9a-f]{8}$/);
    expect(snapshot?.tags).toMatchObject({ Release: "v2", ReleaseId: "d2", ImageDigest: `sha256:${"2".repeat(64)}` });
    expect(reason()).toMatch(/2 migrations of v2 ran as batch 3; snapshot affiliate-production-release-/);
    expect(last()).toMatchObject({ release: "d2", stage: "PRE_SCALE_UP", status: "SUCCEEDED", result: "migrated" });
    expect(lockHolder()).toBeUndefined();
  });

  it("keeps on record what whoever goes back has to know", async () => {
    const before = new Date(aws.time);
    await aws.poll(hookEvent("d2"));
    const [record, ...others] = await aws.records.migrationsSince(before);
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      releaseId: "d2",
      version: "v2",
      image: image("2"),
      result: "migrated",
      migrations: [
        { name: "2026_11_add_column", declared: false, found: [] },
        { name: "2026_11_drop_table", declared: false, found: ["dropColumn"] },
      ],
    });
    expect(await aws.records.migrationsSince(new Date(aws.time + 1))).toEqual([]);
  });

  it("runs the migration as the template has it, under the release's image and version", async () => {
    await aws.poll(hookEvent("d2"));
    const [registered, ...others] = aws.ecs.definitions.get(settings.migrationFamily) ?? [];
    expect(others).toEqual([]);
    expect(registered).toMatchObject({
      cpu: "512",
      executionRoleArn: "arn:aws:iam::123456789012:role/affiliate-production-migration-execution",
      containerDefinitions: [
        {
          image: image("2"),
          command: ["php", "artisan", "migrate", "--force", "--no-interaction"],
          environment: [{ name: "RELEASE", value: "v2" }],
        },
      ],
    });
  });

  it("takes the revision of a release that failed before again, and registers another for another template", async () => {
    aws.ecs.fate = ({ purpose }) => (purpose === "migrate" ? { steps: 0 } : {});
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("FAILED");
    aws.ecs.fate = () => ({});
    aws.ecs.deploy("d3", "2", "v2");
    expect((await aws.poll(hookEvent("d3"))).hookStatus).toBe("SUCCEEDED");
    expect(aws.ecs.definitions.get(settings.migrationFamily)).toHaveLength(1);

    const [template] = aws.ecs.definitions.get(settings.migrationTemplateFamily) ?? [];
    aws.ecs.define(settings.migrationTemplateFamily, { ...template, memory: "2048" });
    aws.ecs.deploy("d4", "2", "v2");
    await aws.poll(hookEvent("d4"));
    expect(aws.ecs.definitions.get(settings.migrationFamily)).toHaveLength(2);
  });

  it("sleeps in no call: what takes time is waited for by IN_PROGRESS", async () => {
    const started = aws.time;
    const first = await aws.invoke(hookEvent("d2"));
    expect(aws.time).toBe(started);
    expect(first).toMatchObject({ hookStatus: "IN_PROGRESS", callBackDelay: 10, hookDetails: { step: "watch ask" } });
  });
});

describe("nothing to migrate", () => {
  it("goes on at once when none is pending: no snapshot", async () => {
    aws.database.images.set(image("2"), OLD);
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("SUCCEEDED");
    expect(purposes()).toEqual(["ask"]);
    expect(aws.snapshots.kept.size).toBe(0);
    expect(reason()).toMatch(/No migration is pending in v2/);
  });

  it("skips an image that was deployed successfully before, in one call and without the table", async () => {
    aws.ecs.deploy("d3", "1", "v1");
    aws.fault = (name) => (/Item/.test(name) ? "throttled" : "none");
    expect((await aws.invoke(hookEvent("d3"))).hookStatus).toBe("SUCCEEDED");
    expect(aws.ecs.tasks).toEqual([]);
    expect(reason()).toMatch(
      /v1 was deployed successfully before, last on 2026-11-24T00:00:00.000Z: migration skipped/,
    );
    expect(last()).toMatchObject({ result: "skipped" });
  });

  it("skips the bootstrap container", async () => {
    const taskDefinition = aws.ecs.define(settings.bootstrapFamily, { containerDefinitions: [] });
    aws.ecs.deployments.set("d0", { status: "IN_PROGRESS", taskDefinition, image: "busybox" });
    expect((await aws.invoke(hookEvent("d0"))).hookStatus).toBe("SUCCEEDED");
    expect(aws.ecs.tasks).toEqual([]);
    expect(reason()).toMatch(/bootstrap container.*migration skipped/);
  });

  it.each(["ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_FAILED"] as const)(
    "never migrates while the deployment is at %s",
    async (status) => {
      aws.ecs.deploy("d2", "2", "v2", status);
      expect((await aws.invoke(hookEvent("d2"))).hookStatus).toBe("SUCCEEDED");
      expect(aws.ecs.tasks).toEqual([]);
      expect(reason()).toMatch(/a rollback never migrates/);
    },
  );

  it("lets go when the rollback begins while it waits for the snapshot", async () => {
    aws.ecs.fate = () => ({ seconds: 1 });
    for (let call = 0; call < 3; call++) {
      await aws.invoke(hookEvent("d2"));
      aws.time += 10_000;
    }
    expect(aws.snapshots.kept.size).toBe(1);
    aws.ecs.deploy("d2", "2", "v2", "ROLLBACK_IN_PROGRESS");
    aws.time += 600_000;
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("SUCCEEDED");
    expect(purposes()).toEqual(["ask"]);
    expect(lockHolder()).toBeUndefined();
  });

  it("fails a deployment that was stopped", async () => {
    aws.ecs.deploy("d2", "2", "v2", "STOP_REQUESTED");
    expect((await aws.invoke(hookEvent("d2"))).hookStatus).toBe("FAILED");
    expect(aws.ecs.tasks).toEqual([]);
  });
});

describe("a migration that fails", () => {
  it("undoes the batch that this release recorded, and no other", async () => {
    aws.ecs.fate = ({ purpose }) => (purpose === "migrate" ? { steps: 1 } : {});
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("FAILED");
    expect(purposes()).toEqual(["ask", "migrate", "ask", "rollback 3"]);
    expect([...aws.database.applied]).toEqual(OLD.map((name, at) => [name, at + 1]));
    const task = aws.ecs.tasks[1]?.arn.split("/").pop();
    expect(reason()).toContain(`log group /affiliate/production/migration, stream migration/migration/${task}`);
    expect(reason()).toMatch(
      /exit code 1.*Its last line: SQLSTATE\[42S21\].*batch 3, was undone.*Snapshot affiliate-/s,
    );
    expect(last()).toMatchObject({ level: "ERROR", status: "FAILED", result: "rolled-back" });
  });

  it("leaves the schema when its first migration failed: the batch before is the last release's", async () => {
    aws.ecs.fate = ({ purpose }) => (purpose === "migrate" ? { steps: 0 } : {});
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("FAILED");
    expect(purposes()).toEqual(["ask", "migrate", "ask"]);
    expect([...aws.database.applied.keys()]).toEqual(OLD);
    expect(reason()).toMatch(/recorded none of this release's migrations.*left as it is; snapshot affiliate-/s);
  });

  it("undoes nothing when somebody else has migrated as well", async () => {
    aws.ecs.fate = ({ purpose }) => (purpose === "migrate" ? { steps: 1 } : {});
    const settle = aws.ecs.settle.bind(aws.ecs);
    aws.ecs.settle = () => {
      settle();
      if (aws.database.applied.has("2026_11_add_column")) aws.database.applied.set("by_hand", 4);
    };
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("FAILED");
    expect(purposes()).toEqual(["ask", "migrate", "ask"]);
    expect(reason()).toMatch(/Somebody else has migrated as well \(by_hand\)/);
  });

  it("says so when the batch cannot be undone", async () => {
    aws.ecs.fate = ({ purpose }) =>
      purpose === "migrate" ? { steps: 1 } : purpose === "rollback" ? { exitCode: 1 } : {};
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("FAILED");
    expect(reason()).toMatch(/Batch 3 could not be undone.*The schema is left as it is; snapshot affiliate-/s);
    expect((await aws.records.migrationsSince(new Date(0)))[0]).toMatchObject({ result: "failed", releaseId: "d2" });
  });

  it("has touched nothing when its container never ran", async () => {
    aws.ecs.fate = ({ purpose }) => (purpose === "migrate" ? { neverStarts: true } : {});
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("FAILED");
    expect(purposes()).toEqual(["ask", "migrate"]);
    expect(reason()).toMatch(/did not start: CannotPullContainerError.*Nothing was migrated; snapshot .* stays/);
  });

  it("is stopped when its time is up, and judged by what it recorded", async () => {
    aws.ecs.fate = ({ purpose }) => (purpose === "migrate" ? { seconds: 7200 } : {});
    expect((await aws.poll(hookEvent("d2"), 1000)).hookStatus).toBe("FAILED");
    expect(aws.calls).toContain("StopTask");
    expect(purposes()).toEqual(["ask", "migrate", "ask"]);
    expect(reason()).toMatch(/exit code 143 \(its time was up and it was stopped\)/);
  });

  it("is let go when it does not stop, and said to be unknown", async () => {
    aws.ecs.fate = ({ purpose }) => (purpose === "migrate" ? { seconds: 1e6, stubborn: true } : {});
    expect((await aws.poll(hookEvent("d2"), 1000)).hookStatus).toBe("FAILED");
    expect(reason()).toMatch(/did not stop when told to.*How the migration ended is not known.*snapshot affiliate-/s);
    // Whoever comes next waits for it, and does not migrate beside it.
    aws.ecs.deploy("d3", "2", "v2");
    expect((await aws.poll(hookEvent("d3"), 1000)).hookStatus).toBe("FAILED");
    expect(reason()).toMatch(/A migration task of somebody else is still running/);
  });

  it("counts as failed when ECS has no exit code", async () => {
    aws.ecs.fate = ({ purpose }) => (purpose === "migrate" ? { exitCode: null } : {});
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("FAILED");
    expect(purposes()).toEqual(["ask", "migrate", "ask", "rollback 3"]);
    expect([...aws.database.applied.keys()]).toEqual(OLD);
  });
});

describe("what goes before the migration", () => {
  it("migrates nothing when the snapshot fails", async () => {
    aws.snapshots.fails = true;
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("FAILED");
    expect(purposes()).toEqual(["ask"]);
    expect(reason()).toMatch(/RDS says that it failed.*Nothing was migrated/);
  });

  it("waits for a slow snapshot up to its limit", async () => {
    aws.snapshots.seconds = 100 * 60;
    expect((await aws.poll(hookEvent("d2"), 1000)).hookStatus).toBe("SUCCEEDED");
    aws.snapshots.seconds = 130 * 60;
    aws.database.applied.delete("2026_11_drop_table");
    aws.ecs.deploy("d3", "2", "v2");
    expect((await aws.poll(hookEvent("d3"), 1000)).hookStatus).toBe("FAILED");
    expect(reason()).toMatch(/it is creating since .*Nothing was migrated/);
  });

  it("prunes its own oldest snapshots of this cluster, so that twenty stay, and touches no other", async () => {
    for (let at = 0; at < 25; at++)
      aws.snapshots.add(`affiliate-production-release-${100 + at}`, aws.time - (25 - at) * MINUTE);
    aws.snapshots.add("affiliate-production-release-of-another-cluster", 0, "other");
    aws.snapshots.add("before-the-audit", 0);
    await aws.poll(hookEvent("d2"));
    const kept = [...aws.snapshots.kept.keys()];
    expect(kept).toContain("before-the-audit");
    expect(kept).toContain("affiliate-production-release-of-another-cluster");
    const own = kept.filter((name) => /-release-(1\d\d$|2026)/.test(name));
    expect(own).toHaveLength(20);
    expect(own[0]).toBe("affiliate-production-release-106");
  });

  it("releases all the same when old snapshots cannot be deleted", async () => {
    for (let at = 0; at < 25; at++) aws.snapshots.add(`affiliate-production-release-${100 + at}`, at);
    aws.fault = (name) => (name === "DeleteDBClusterSnapshot" ? "refused" : "none");
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("SUCCEEDED");
    expect(aws.lines.some(({ message }) => /Old snapshots stay for now/.test(message))).toBe(true);
  });

  it("waits while the quota is used up, then says so", async () => {
    aws.snapshots.quota = 0;
    expect((await aws.poll(hookEvent("d2"), 1000)).hookStatus).toBe("FAILED");
    expect(reason()).toMatch(/SnapshotQuotaExceededFault.*Nothing was migrated/);
  });

  it("fails, untouched, when the question has no answer", async () => {
    aws.ecs.fate = () => ({ exitCode: 255 });
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("FAILED");
    expect(reason()).toMatch(/exit code 255.*stream migration\/migration\/.*Nothing was migrated/);
  });

  it("waits for lines that come late to the log, and no longer than it says", async () => {
    aws.logDelay = 60;
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("SUCCEEDED");
    aws.logDelay = 3600;
    aws.ecs.deploy("d3", "2", "v2");
    expect((await aws.poll(hookEvent("d3"))).hookStatus).toBe("FAILED");
    expect(reason()).toMatch(/its answer is not in log group/);
  });

  it("asks again for capacity", async () => {
    aws.ecs.capacity = false;
    await aws.invoke(hookEvent("d2"));
    aws.ecs.capacity = true;
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("SUCCEEDED");
    aws.ecs.capacity = false;
    aws.ecs.deploy("d3", "2", "v2");
    expect((await aws.poll(hookEvent("d3"))).hookStatus).toBe("FAILED");
    expect(reason()).toMatch(/did not start: Capacity is unavailable.*Nothing was migrated/);
  });

  it.each([
    ["a tag", { image: `${settings.repositoryUrl}:latest`, version: "v2" }, /by digest/],
    ["another repository", { image: `evil/app@sha256:${"2".repeat(64)}`, version: "v2" }, /a release runs/],
    ["no version", { image: image("2"), version: "" }, /has no RELEASE/],
  ])("refuses %s", async (_, { image: name, version }, message) => {
    const taskDefinition = aws.ecs.define("affiliate-production-web", {
      containerDefinitions: [{ name: "app", image: name, environment: [{ name: "RELEASE", value: version }] }],
    });
    aws.ecs.deployments.set("d9", { status: "IN_PROGRESS", taskDefinition, image: name });
    expect((await aws.invoke(hookEvent("d9"))).hookStatus).toBe("FAILED");
    expect(reason()).toMatch(message);
  });
});
