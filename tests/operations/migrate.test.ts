import { describe, expect, it } from "vitest";
import { parseEvent } from "../../functions/release-gate/event";
import { exitCodes } from "../../operations/exit-codes";
import { IMAGE, operatorWorld, PRODUCTION, YES } from "../support/operator-world";

const { front, run, releaseRuns } = operatorWorld();

/** The gate's replies in order, written; each question must be one that the gate's own parser takes. */
function gateAnswers(...replies: Record<string, unknown>[]) {
  const asked: ReturnType<typeof parseEvent>[] = [];
  front().write("affiliate-production-release-gate/invocations", (event) => {
    asked.push(parseEvent(event));
    return replies[asked.length - 1] ?? {};
  });
  return asked;
}

const waiting = (step: string, message = "") => ({
  hookStatus: "IN_PROGRESS",
  callBackDelay: 0.01,
  hookDetails: { step, message },
});

describe("migrate", () => {
  it("asks the gate until it has an answer, with the image that runs and what the gate said last", async () => {
    releaseRuns();
    const asked = gateAnswers(waiting("lock"), waiting("watch ask", "started"), {
      hookStatus: "SUCCEEDED",
      hookDetails: { message: "No migration is pending in v1.2.3: nothing to do, no snapshot taken." },
    });
    const { code, stderr, stdout } = await run("migrate", ...YES, "--json");
    expect(code, stderr).toBe(0);
    expect(asked).toHaveLength(3);
    expect(asked[2]).toMatchObject({ kind: "byHand", image: IMAGE, version: "v1.2.3", details: { step: "watch ask" } });
    expect(new Set(asked.map((event) => (event.kind === "byHand" ? event.id : ""))).size).toBe(1);
    expect(stderr).toMatch(/Z lock$/m);
    expect(stderr).toMatch(/Z watch ask: started$/m);
    expect(JSON.parse(stdout)).toMatchObject({ status: "SUCCEEDED", version: "v1.2.3", image: IMAGE });
  });

  it("fails with the gate's own sentence, and says where to read on", async () => {
    releaseRuns();
    gateAnswers({
      hookStatus: "FAILED",
      hookDetails: { message: "The migration ended with exit code 1; see stream x." },
    });
    const { code, stderr } = await run("migrate", ...YES);
    expect(code).toBe(exitCodes.migrationFailed.code);
    expect(stderr).toContain("error: The migration ended with exit code 1; see stream x.");
    expect(stderr).toContain("logs release-gate --stack production");
  });

  it("is taken up again by its id when the time was up", async () => {
    releaseRuns();
    gateAnswers({ ...waiting("await-snapshot"), callBackDelay: 60 });
    const late = await run("migrate", ...YES, "--timeout", "3");
    expect(late.code).toBe(exitCodes.timedOut.code);
    const id = /--resume (\S+)/.exec(late.stderr)?.[1] ?? "";
    const asked = gateAnswers({ hookStatus: "SUCCEEDED", hookDetails: { message: "Done." } });
    const { code } = await run("migrate", ...YES, "--resume", id);
    expect(code).toBe(0);
    expect(asked[0]).toMatchObject({ id: `by-hand-${id}` });
  });

  it("dry: names the image and calls nothing; refuses a tag, half a choice, and where nothing runs", async () => {
    releaseRuns();
    const asked = gateAnswers();
    const dry = await run("migrate", ...PRODUCTION, "--dry-run");
    expect(dry.code, dry.stderr).toBe(0);
    expect(dry.stderr).toContain(`Migrates production with v1.2.3, ${IMAGE}.`);
    expect((await run("migrate", ...YES, "--image", "app:latest", "--release-name", "x")).code).toBe(2);
    expect((await run("migrate", ...YES, "--image", IMAGE)).code).toBe(2);
    expect((await run("migrate", ...YES, "--resume", "a b")).code).toBe(2);
    expect(asked).toEqual([]);
    front().write("DescribeTaskDefinition", () => ({ taskDefinition: { containerDefinitions: [] } }));
    const nothing = await run("migrate", ...YES);
    expect(nothing.code).toBe(exitCodes.refused.code);
    expect(nothing.stderr).toContain("nothing has been released yet");
  });
});
