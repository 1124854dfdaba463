// Two updates of one stack: the second is refused while the first is at work, with words that say what to do, and the state stays
// whole. Two that start at the same moment: at most one goes on.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Cloud } from "../../sandbox/cloud/cloud";
import { Engine } from "../sandbox/support/engine";

const ENGINE = 300_000;
const LOCKED = /the stack is currently locked by \d+ lock\(s\)/;
const parts = {
  bucket: { bucket: "assets" },
  cluster: {
    clusterIdentifier: "main",
    engine: "aurora-mysql",
    masterUsername: "admin",
    skipFinalSnapshot: true,
    storageEncrypted: true,
  },
};

/** Locks of the file backend, one file a run. */
function locks(engine: Engine): string[] {
  const folder = join(engine.folder, ".pulumi", "locks", "organization", "affiliate", "test");
  return existsSync(folder) ? readdirSync(folder) : [];
}

async function locked(engine: Engine): Promise<void> {
  for (const end = Date.now() + 120_000; locks(engine).length === 0; await sleep(50)) {
    if (Date.now() > end) throw new Error("the first update has taken no lock");
  }
}

/** What the state and the simulated cloud have of each type, which is the same, once each. */
async function wholeOf(engine: Engine): Promise<void> {
  const state = (await engine.state()).filter(({ id, type }) => id !== undefined && type.startsWith("aws:"));
  const cloud = new Cloud(engine.cloud).all();
  expect(state.map(({ type }) => type).sort()).toEqual(["aws:rds/cluster:Cluster", "aws:s3/bucket:Bucket"]);
  expect(cloud.map(({ type, id }) => `${type} ${id}`).sort()).toEqual(
    state.map(({ type, id }) => `${type} ${id}`).sort(),
  );
  expect(locks(engine)).toEqual([]);
}

describe("two updates of one stack", { timeout: ENGINE }, () => {
  it("the second is refused while the first is at work, and changes nothing", async () => {
    const engine = await new Engine().configure(parts).init();
    const first = engine.run("up", { SANDBOX_TIME_SCALE: "0.2" });
    await locked(engine);
    const second = await engine.pulumi(["up", "--stack", "test", "--yes", "--skip-preview"]);
    expect(second.exitCode).not.toBe(0);
    const said = (second.stdout + second.stderr).replace(/\s+/g, " ");
    expect(said).toMatch(LOCKED);
    expect(said).toContain("pulumi cancel");
    expect(said).not.toContain("aws:");

    expect((await first).exitCode).toBe(0);
    await wholeOf(engine);
    expect((await engine.run("up")).events.changes).toEqual({ same: 3 });
  });

  it("at the same moment, one goes on at the most, and the next one finds the state whole", async () => {
    const engine = await new Engine().configure(parts).init();
    const ends = await Promise.all(
      [0, 1].map(() =>
        engine.pulumi(["up", "--stack", "test", "--yes", "--skip-preview"], { SANDBOX_TIME_SCALE: "0.1" }),
      ),
    );
    const refused = ends.filter(({ exitCode }) => exitCode !== 0);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    for (const { stdout, stderr } of refused) expect((stdout + stderr).replace(/\s+/g, " ")).toMatch(LOCKED);
    expect((await engine.run("up")).exitCode).toBe(0);
    await wholeOf(engine);
  });
});
