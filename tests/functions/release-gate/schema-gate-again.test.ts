import { beforeEach, describe, expect, it } from "vitest";
import { LEASE_MINUTES } from "../../../functions/release-gate/records";
import type { FakeAws } from "./fake-aws";
import { hookEvent, image } from "./fixtures";
import { purposesOf, twoReleases } from "./two-releases";

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

describe("called again", () => {
  it("gives the same answer, and does nothing more", async () => {
    await aws.poll(hookEvent("d2"));
    const calls = aws.calls.length;
    const again = await aws.invoke(hookEvent("d2"));
    expect(again.hookStatus).toBe("SUCCEEDED");
    expect(aws.calls.slice(calls)).toEqual(["GetItem", "UpdateItem"]);
    expect(aws.ecs.tasks).toHaveLength(2);
  });

  it("takes up where it was, whatever became of the details of the reply before", async () => {
    for (let call = 0; call < 100; call++) {
      const reply = await aws.invoke({
        ...hookEvent("d2"),
        hookDetails: [undefined, "text", 7, { step: 1 }][call % 4],
      });
      if (reply.hookStatus !== "IN_PROGRESS") break;
      aws.time += 30_000;
    }
    expect(purposes()).toEqual(["ask", "migrate"]);
    expect(last()).toMatchObject({ result: "migrated" });
  });

  it("does not begin anew when its record is gone", async () => {
    const { hookDetails } = await aws.invoke(hookEvent("d2"));
    aws.table.forget("release", "d2");
    expect((await aws.invoke({ ...hookEvent("d2"), hookDetails })).hookStatus).toBe("FAILED");
    expect(reason()).toMatch(/record of release d2 is gone/);
    expect(purposes()).toEqual(["ask"]);
  });

  it("migrates once when two calls come at once, at any step", async () => {
    for (let call = 0; call < 60; call++) {
      await Promise.all([aws.invoke(hookEvent("d2")), aws.invoke(hookEvent("d2"))]);
      aws.time += 15_000;
    }
    expect(purposes()).toEqual(["ask", "migrate"]);
    expect((await aws.invoke(hookEvent("d2"))).hookStatus).toBe("SUCCEEDED");
  });
});

describe("the lock", () => {
  it("lets one release at a time at the schema", async () => {
    aws.ecs.deploy("d3", "2", "v2");
    await aws.invoke(hookEvent("d2"));
    const waits = await aws.invoke(hookEvent("d3"));
    expect(waits).toMatchObject({ hookStatus: "IN_PROGRESS", hookDetails: { step: "lock" } });
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("SUCCEEDED");
    expect((await aws.poll(hookEvent("d3"))).hookStatus).toBe("SUCCEEDED");
    expect(purposes()).toEqual(["ask", "migrate", "ask"]);
  });

  it("passes on when its holder is called no more and its task has ended", async () => {
    aws.ecs.deploy("d3", "2", "v2");
    await aws.invoke(hookEvent("d2"));
    aws.time += (LEASE_MINUTES + 1) * MINUTE;
    expect((await aws.poll(hookEvent("d3"))).hookStatus).toBe("SUCCEEDED");
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("FAILED");
    expect(reason()).toMatch(/lock of the schema went to another release/);
    expect(purposes()).toEqual(["ask", "ask", "migrate"]);
  });

  it("once lost, lets a migration that runs be seen to its end, and begins nothing more", async () => {
    aws.ecs.fate = ({ purpose }) => (purpose === "migrate" ? { steps: 1, seconds: 20 * 60 } : {});
    aws.ecs.deploy("d3", "2", "v2");
    while (!purposes().includes("migrate")) {
      await aws.invoke(hookEvent("d2"));
      aws.time += 30_000;
    }
    aws.time += 2 * LEASE_MINUTES * MINUTE;
    await aws.invoke(hookEvent("d3"));
    expect(lockHolder()).toBe("d3");
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("FAILED");
    expect(reason()).toMatch(/lock of the schema went to another release, d3.*exit code 1.*schema is left as it is/s);
    expect(purposes()).toEqual(["ask", "migrate", "ask"]);
    expect(aws.ecs.tasks[2]?.startedBy).toBe("release-gate/d3");
  });

  it("is waited for no longer than an hour", async () => {
    aws.ecs.fate = ({ purpose }) => (purpose === "migrate" ? { seconds: 55 * 60 } : {});
    aws.ecs.deploy("d3", "2", "v2");
    const replies = { d2: "IN_PROGRESS", d3: "IN_PROGRESS" };
    aws.snapshots.seconds = 30 * 60;
    for (let call = 0; call < 300 && replies.d3 === "IN_PROGRESS"; call++) {
      for (const id of ["d2", "d3"] as const) replies[id] = (await aws.invoke(hookEvent(id))).hookStatus;
      aws.time += 30_000;
    }
    expect(replies).toEqual({ d2: "IN_PROGRESS", d3: "FAILED" });
    expect(reason()).toMatch(/Another release, d2, holds the lock of the schema.*Nothing was migrated/);
  });
});

describe("by hand", () => {
  const byHand = (id: string, letter = "2") => ({
    lifecycleStage: "PRE_SCALE_UP",
    byHand: { id, image: image(letter), version: `v${letter}` },
  });

  it("goes the same way, for an image that was deployed before as well", async () => {
    aws.database.applied.clear();
    expect((await aws.poll(byHand("0a1b2c3d", "1"))).hookStatus).toBe("SUCCEEDED");
    expect(purposes()).toEqual(["ask", "migrate"]);
    expect(aws.snapshots.kept.size).toBe(1);
    expect(aws.table.all("release")[0]?.id).toBe("by-hand-0a1b2c3d");
  });

  it("refuses an image that is none of the repository's", async () => {
    const event = { ...byHand("0a1b2c3d"), byHand: { id: "0a1b2c3d", image: "busybox", version: "v2" } };
    expect((await aws.invoke(event)).hookStatus).toBe("FAILED");
  });
});

describe("AWS that does not answer", () => {
  it.each(["DescribeServiceDeployments", "ListServiceDeployments", "GetItem", "PutItem", "UpdateItem", "RunTask"])(
    "waits while %s is throttled, and goes on when it is no more",
    async (call) => {
      aws.fault = (name) => (name === call ? "throttled" : "none");
      expect((await aws.invoke(hookEvent("d2"))).hookStatus).toBe("IN_PROGRESS");
      aws.fault = () => "none";
      expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("SUCCEEDED");
      expect(purposes()).toEqual(["ask", "migrate"]);
    },
  );

  it.each(["DescribeServiceRevisions", "GetItem", "ListTasks", "RegisterTaskDefinition", "CreateDBClusterSnapshot"])(
    "gives up after five minutes when %s stays throttled, untouched",
    async (call) => {
      aws.fault = (name) => (name === call ? "throttled" : "none");
      const started = aws.time;
      expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("FAILED");
      expect(aws.time - started).toBeLessThan(8 * MINUTE);
      expect(reason()).toMatch(/Rate exceeded.*Nothing was migrated/);
    },
  );

  it("fails at once where AWS refuses for good", async () => {
    aws.fault = (name) => (name === "RegisterTaskDefinition" ? "refused" : "none");
    expect((await aws.invoke(hookEvent("d2"))).hookStatus).toBe("FAILED");
    expect(reason()).toMatch(/AccessDeniedException.*Nothing was migrated/);
  });

  it("does not give a migration that runs up so soon", async () => {
    aws.ecs.fate = ({ purpose }) => (purpose === "migrate" ? { seconds: 1200 } : {});
    let migrating = false;
    aws.fault = (name) => (migrating && name === "DescribeTasks" ? "refused" : "none");
    for (let call = 0; call < 300; call++) {
      const { hookStatus } = await aws.invoke(hookEvent("d2"));
      if (hookStatus !== "IN_PROGRESS") break;
      const task = aws.ecs.tasks.find(({ purpose }) => purpose === "migrate");
      migrating = task !== undefined && aws.time < task.startedAt + 30 * MINUTE;
      aws.time += 30_000;
    }
    expect(last()).toMatchObject({ result: "migrated" });
  });

  it("calls a migration good that ended well, though its log cannot be read", async () => {
    const migrating = () => aws.ecs.tasks.some(({ purpose }) => purpose === "migrate");
    aws.fault = (name) => (name === "GetLogEvents" && migrating() ? "refused" : "none");
    expect((await aws.poll(hookEvent("d2"))).hookStatus).toBe("SUCCEEDED");
    expect(last()).toMatchObject({ result: "migrated" });
  });
});
