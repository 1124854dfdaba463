import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { exitCodes } from "../../../operations/exit-codes";
import { verbs } from "../../../operations/verbs";
import { lastGood, type Past } from "../../../operations/release/rollback-plan";
import { runVerbs, stackFolder } from "../../support/command-line";
import { type ReleaseWorld, startReleaseWorld } from "../../support/release/world";

const root = stackFolder();
const PRODUCTION = ["--stack", "production"];
const YES = [...PRODUCTION, "--yes", "production", "--interval", "0.02"];
let world: ReleaseWorld;

const run = (...argv: string[]) => runVerbs(verbs, argv, root);
const released = async (tag: string, migrations: readonly string[] = []) => {
  await world.push(tag, migrations);
  const { code, stderr } = await run("release", "--image", tag, ...YES);
  expect(code, stderr).toBe(0);
};

beforeAll(async () => {
  world = await startReleaseWorld();
  Object.assign(process.env, world.environment);
  await released("v1");
  await released("v2");
  await released("v3", ["2026_11_27_drop_payouts"]);
}, 300_000);
afterAll(() => world.stop(), 60_000);
beforeEach(() => world.front.quiet());

describe("verbs that change nothing", () => {
  it.each([
    ["release", "--image", "v1", "--dry-run"],
    ["rollback", "--dry-run"],
    ["pause", "--dry-run"],
    ["abort", "--dry-run"],
    ["continue", "--dry-run"],
    ["status"],
    ["history"],
    ["verify", "--image", "v1"],
  ])(
    "%s %s %s %s",
    async (...argv) => {
      await run(...argv.filter((word) => word !== undefined), ...PRODUCTION);
      expect(world.front.calls.length).toBeGreaterThan(1);
      // POSTs that read, as AWS names them, are the only ones.
      expect(
        world.front.calls
          .map(({ name }) => name)
          .filter((name) => !/\.(Get|List|Describe|Query)|^(Get|List|Describe)/.test(name)),
      ).toEqual([]);
      expect(world.slack).toHaveLength(3);
    },
    60_000,
  );

  it("nobody is there to confirm: refused, and nothing is sent", async () => {
    const { code } = await run("rollback", ...PRODUCTION);
    expect(code).toBe(exitCodes.refused.code);
    expect(world.front.calls.filter(({ name }) => name.includes("Update") || name.includes("Stop"))).toEqual([]);
  }, 60_000);
});

/** Turns of this process without a new call, after which nothing is still to be sent before an answer. */
const QUIET_TURNS = 25;

/**
 * Holds every answer until no call is sent any more without one: what is then answered together is one round trip, on
 * however slow a machine. Caller and server share this process, so its turns are their common clock. After the first call
 * that changes something, all goes its way.
 */
function holdInWaves(): { readonly waves: readonly (readonly string[])[]; end: () => void } {
  const waves: string[][] = [];
  let held: { readonly name: string; readonly answer: () => void }[] = [];
  let quiet = 0;
  let open = false;
  const clock = setInterval(() => {
    if (held.length === 0 || ++quiet < QUIET_TURNS) return;
    waves.push(held.map(({ name }) => name.split(".").at(-1) ?? name).sort());
    open = held.some(({ name }) => /\.(UpdateService|StopServiceDeployment)$/.test(name));
    for (const { answer } of held) answer();
    held = [];
  }, 20);
  world.front.before("", ({ name }) => {
    quiet = 0;
    return open ? Promise.resolve() : new Promise((answer) => held.push({ name, answer }));
  });
  return { waves, end: () => clearInterval(clock) };
}

describe("rollback", () => {
  it("three round trips, then web, workers and scheduler go back together; what the schema says is said before", async () => {
    const { waves, end } = holdInWaves();
    const { code, stdout, stderr } = await run("rollback", ...YES, "--json");
    end();
    expect(code, stderr).toBe(0);
    expect(waves.slice(0, 3)).toEqual([
      ["GetParameter"],
      ["ListServiceDeployments", "ListServiceDeployments", "ListServiceDeployments"],
      ["DescribeServiceRevisions", "Query"],
    ]);
    expect(waves[3]?.filter((name) => name === "UpdateService")).toHaveLength(3);
    const names = world.front.calls.map(({ name }) => name.split(".").at(-1));
    for (const key of ["web", "worker", "scheduler"] as const) expect(await world.running(key)).toBe("v2");
    expect(stderr).toMatch(
      /2026_11_27_drop_payouts of v3 is not backward compatible \(dropColumn\).*Snapshot before it: affiliate-production-release-/,
    );
    expect((JSON.parse(stdout) as { warnings: unknown[] }).warnings).toHaveLength(1);
    expect(world.slack.at(-1)).toContain("🚨 Emergency rollback completed. Previous version restored.");
    // A rollback never migrates, and takes no snapshot at night.
    expect(world.fake.database.applied.has("2026_11_27_drop_payouts")).toBe(true);
    expect(names).not.toContain("RunTask");
  }, 120_000);

  it("twice goes two releases back, and not to and fro", async () => {
    const { code, stderr } = await run("rollback", ...YES);
    expect(code, stderr).toBe(0);
    expect(await world.running("web")).toBe("v1");
    const again = await run("rollback", ...YES);
    expect(again.code).toBe(exitCodes.refused.code);
    expect(again.stderr).toContain("There is no release to go back to");
  }, 120_000);

  it("--to goes to a revision that has succeeded, and to no other", async () => {
    await world.push("v4");
    world.meets("web", { breaker: true });
    expect((await run("release", "--image", "v4", ...YES)).code).toBe(exitCodes.rolledBack.code);
    const refused = await run("rollback", "--to", "4", ...YES);
    expect(refused.code).toBe(exitCodes.refused.code);
    expect(refused.stderr).toContain('No deployment of "4" has succeeded');
    const { code, stderr } = await run("rollback", "--to", "3", ...YES);
    expect(code, stderr).toBe(0);
    expect(await world.running("web")).toBe("v3");
  }, 120_000);

  it("a deployment under way is stopped and taken back", async () => {
    await world.push("v5");
    world.meets("web", { hangsAt: "POST_SCALE_UP" });
    expect((await run("release", "--image", "v5", ...YES, "--timeout", "15")).code).toBe(exitCodes.timedOut.code);
    world.front.quiet();
    const { waves, end } = holdInWaves();
    const { code, stderr } = await run("rollback", ...YES);
    end();
    expect(code, stderr).toBe(0);
    expect(waves.findIndex((wave) => wave.includes("StopServiceDeployment"))).toBe(2);
    const names = world.front.calls.map(({ name }) => name.split(".").at(-1));
    expect(names).not.toContain("UpdateService");
    expect(await world.running("web")).toBe("v3");
  }, 120_000);

  it("goes back when the gate's table does not answer, and says what it does not know", async () => {
    world.front.fail({
      on: "DynamoDB",
      times: 100,
      answer: { status: 400, body: JSON.stringify({ __type: "AccessDeniedException" }) },
    });
    const { code, stderr } = await run("rollback", "--dry-run", ...PRODUCTION);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("Whether the schema has changed since is not known");
  }, 60_000);
});

describe("pause, continue, abort", () => {
  it("a paused release waits before visitors get it, until somebody says so", async () => {
    expect((await run("pause", ...PRODUCTION, "--yes", "production")).code).toBe(0);
    await world.push("v6");
    const releasing = run("release", "--image", "v6", ...YES);
    await expect
      .poll(() => world.service("web").deployments[0]?.hook?.status, { timeout: 60_000 })
      .toBe("AWAITING_ACTION");
    expect(await world.running("web")).not.toBe("v6");
    expect((await run("pause", ...PRODUCTION, "--yes", "production")).code).toBe(exitCodes.refused.code);
    const { code, stderr } = await run("continue", ...PRODUCTION, "--yes", "production");
    expect(code, stderr).toBe(0);
    expect((await releasing).code).toBe(0);
    expect(await world.running("web")).toBe("v6");
    expect((await run("pause", "--off", ...PRODUCTION, "--yes", "production")).code).toBe(0);
    expect((await run("abort", ...PRODUCTION, "--yes", "production")).code).toBe(exitCodes.refused.code);
  }, 180_000);
});

describe("where a rollback goes", () => {
  const pastOf = (names: readonly string[]): Past[] =>
    names.map((taskDefinition, at) => ({ taskDefinition, digest: undefined, finishedAt: new Date(1e12 - at * 1000) }));

  it("is never what runs, and repeated it comes to an end without meeting a revision twice", () => {
    const histories = fc.array(fc.constantFrom("a:1", "a:2", "a:3", "a:4"), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(histories, (names) => {
        const past = pastOf(names);
        const met = new Set<string | undefined>([names[0]]);
        for (let next = lastGood(past); next !== undefined; next = lastGood(past)) {
          expect(met).not.toContain(next.taskDefinition);
          met.add(next.taskDefinition);
          past.unshift({ ...next, finishedAt: new Date((past[0]?.finishedAt.getTime() ?? 0) + 1000) });
        }
      }),
    );
  });
});
