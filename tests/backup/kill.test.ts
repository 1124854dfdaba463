import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dumpExitCodes } from "../../config/dump";
import type { Running } from "./engine";
import { portrait, World } from "./world";

/** `npm run proof:backup` sets it to 10. */
const KILLS = Number(process.env.PROOF_KILLS ?? "2");

// kill -9 leaves a process no chance to tidy up: what is true after it is true after a lost task or machine as well.
describe(`killed at ${KILLS} random points`, () => {
  let world: World;
  let whole: string;
  beforeAll(async () => {
    world = await World.make();
    whole = await portrait(world.clone, "source");
  }, 400_000);
  afterAll(async () => {
    await world.stop();
  });

  it(
    "a dump goes on, and is no dump before its manifest",
    async () => {
      const milliseconds = await duration(() => world.startDump("timed"));
      const killed: number[] = [];
      for (const [number, delay] of delays(milliseconds).entries()) {
        const hit = await killAt(delay, (attempt) => world.startDump(`killed-${number}-${attempt}`));
        const id = `killed-${number}-${hit.attempt}`;
        const finished = (await world.keys(id)).some((key) => key.endsWith("/manifest.json"));
        if (hit.killed) killed.push(hit.after);
        if (!finished) {
          expect((await world.restore(id, "half")).code, `after ${hit.after} ms`).toBe(dumpExitCodes.refused);
          expect((await world.verify(id)).code, `after ${hit.after} ms`).toBe(dumpExitCodes.refused);
        }
        const resumed = await world.dump(id);
        expect(resumed.code, resumed.output).toBe(dumpExitCodes.done);
        const verified = await world.verify(id);
        expect(verified.code, verified.output).toBe(dumpExitCodes.done);
        await restoresWhole(id, `dumped_${number}`);
      }
      tell("dump", killed, milliseconds);
    },
    60_000 * KILLS + 60_000,
  );

  it("leaves unfinished uploads at most, which nothing reads and the bucket's lifecycle takes away", async () => {
    // 20 MiB that do not compress: one part in three pieces of a multipart upload.
    await world.original.sql("CREATE DATABASE wide", "");
    await world.original.sql(
      `CREATE TABLE noise (id INT NOT NULL PRIMARY KEY, raw VARBINARY(1024) NOT NULL);
       INSERT INTO noise SELECT seq, RANDOM_BYTES(1024) FROM seq_1_to_20000`,
      "wide",
    );
    const args = ["--database", "wide", "--part-mib", "64"];
    const dumping = world.startDump("torn", args, world.original, "restorer");
    let open: string[] = [];
    while (open.length === 0 && dumping.child.exitCode === null) open = await world.uploads("torn");
    expect(await kill(dumping, 0)).toBe(null);
    expect(open.length).toBe(1);
    expect((await world.keys("torn")).filter((key) => key.includes("/data/"))).toEqual([]);

    const resumed = await world.dump("torn", args, world.original, "restorer");
    expect(resumed.code, resumed.output).toBe(dumpExitCodes.done);
    const restored = await world.restore("torn", "wide_again");
    expect(restored.code, restored.output).toBe(dumpExitCodes.done);
    // Still there: what the bucket's rule (abortIncompleteMultipartUpload) is for.
    expect(await world.uploads("torn")).toEqual(open);
  }, 120_000);

  it(
    "a restore goes on, and is not called good before its end",
    async () => {
      const milliseconds = await duration(() => world.startRestore("timed", "timed"));
      const killed: number[] = [];
      for (const [number, delay] of delays(milliseconds).entries()) {
        const nameOf = (attempt: number) => `restored_${number}_${attempt}`;
        const hit = await killAt(delay, (attempt) => world.startRestore("timed", nameOf(attempt)));
        const database = nameOf(hit.attempt);
        for (let early = 0; early < hit.attempt; early += 1) {
          await world.original.sql(`DROP DATABASE ${nameOf(early)}`, "");
        }
        if (hit.killed) {
          killed.push(hit.after);
          // The server may still be at work on the last statement of the dead process: it must be over before we look.
          await world.original.sql("SELECT SLEEP(0.2)", "");
          const exists = (await world.original.sql(`SHOW DATABASES LIKE '${database}'`, "")) !== "";
          const tables = exists ? await world.original.sql("SHOW TABLES", database) : "";
          const verified = await world.verify("timed", ["--database", database]);
          const marked = tables.includes("affiliate_restore_checkpoint");
          expect(marked || tables === "" || verified.code === dumpExitCodes.done, `${hit.after} ms: ${tables}`).toBe(
            true,
          );
        }
        await restoresWhole("timed", database);
      }
      tell("restore", killed, milliseconds);
    },
    60_000 * KILLS + 60_000,
  );

  /** Restores, or goes on with it; a restore that was finished already is refused, since its database is not empty. */
  async function restoresWhole(id: string, database: string): Promise<void> {
    const ended = await world.restore(id, database);
    if (ended.code !== dumpExitCodes.refused) expect(ended.code, ended.output).toBe(dumpExitCodes.done);
    expect(await portrait(world.original, database)).toBe(whole);
    await world.original.sql(`DROP DATABASE ${database}`, "");
  }
});

/** Says what was killed, and that it was as often as promised. */
function tell(what: string, killed: readonly number[], milliseconds: number): void {
  console.log(`${what}: ${killed.length} of ${KILLS} killed, after ${killed.join(", ")} ms of ${milliseconds}`);
  expect(killed.length).toBe(KILLS);
}

/** One random moment in each of so many equal slices of the time that an undisturbed run takes. */
function delays(milliseconds: number): number[] {
  return Array.from({ length: KILLS }, (_, slice) => Math.round(((slice + Math.random()) / KILLS) * milliseconds));
}

async function duration(run: () => Running): Promise<number> {
  const started = Date.now();
  const ended = await run().ended;
  expect(ended.code, ended.output).toBe(dumpExitCodes.done);
  return Date.now() - started;
}

interface Hit {
  readonly killed: boolean;
  /** Milliseconds. */
  readonly after: number;
  /** Which of the runs it was, from 0 on. */
  readonly attempt: number;
}

/** Kills a run at a moment, or an earlier one when it has ended before: no two take equally long. */
async function killAt(delay: number, begin: (attempt: number) => Running): Promise<Hit> {
  for (let attempt = 0; ; attempt += 1) {
    const after = Math.round(delay * 0.7 ** attempt);
    const killed = (await kill(begin(attempt), after)) === null;
    if (killed || attempt === 4) return { killed, after, attempt };
  }
}

/** The exit code; null when the process was still alive. */
async function kill(running: Running, delay: number): Promise<number | null> {
  await Promise.race([sleep(delay), running.ended]);
  running.child.kill("SIGKILL");
  return (await running.ended).code;
}
