import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { describe, expect, it } from "vitest";
import { exitCodes } from "../../operations/exit-codes";
import { timeOf } from "../../operations/verbs/logs";
import { operatorWorld, PRODUCTION } from "../support/operator-world";

const { front, endpoint, run } = operatorWorld();
const GROUP = "/affiliate/production/worker";

async function write(stream: string, ...lines: readonly [agoSeconds: number, message: string][]): Promise<void> {
  const logs = new CloudWatchLogs({ endpoint: endpoint(), region: "ap-northeast-1" });
  const place = { logGroupName: GROUP, logStreamName: `worker/worker/${stream}` };
  await logs.createLogGroup({ logGroupName: GROUP }).catch(() => undefined);
  await logs.createLogStream(place).catch(() => undefined);
  const logEvents = lines.map(([ago, message]) => ({ timestamp: Date.now() - ago * 1000, message }));
  await logs.putLogEvents({ ...place, logEvents });
  logs.destroy();
}

describe("logs", () => {
  it("prints the lines of a time, with time and task", async () => {
    await write("task-a", [3600, "long ago"], [60, "first"], [30, "second"]);
    const { code, stdout, stderr } = await run("logs", "worker", ...PRODUCTION);
    expect(code, stderr).toBe(0);
    expect(stdout.trim().split("\n")).toEqual([
      expect.stringMatching(/^\d{4}-\S+Z worker\/task-a first$/),
      expect.stringMatching(/^\d{4}-\S+Z worker\/task-a second$/),
    ]);
    expect((await run("logs", "worker", ...PRODUCTION, "--since", "2h")).stdout).toContain("long ago");
    const json = await run("logs", "worker", ...PRODUCTION, "--since", "45s", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ stream: "worker/worker/task-a", message: "second" });
  });

  it("of one task, or those that a filter lets through", async () => {
    await write("task-a", [60, "payment failed"], [50, "payment done"]);
    await write("task-b", [40, "payment failed elsewhere"]);
    const one = await run("logs", "worker", ...PRODUCTION, "--task", "task-b");
    expect(one.stdout.trim()).toMatch(/elsewhere$/);
    const filtered = await run("logs", "worker", ...PRODUCTION, "--filter", '"payment failed"');
    expect(filtered.stdout).not.toContain("payment done");
    expect(filtered.stdout.trim().split("\n")).toHaveLength(2);
  });

  it("follows: each line once, as it comes, until the time is up", async () => {
    await write("task-a", [10, "before"]);
    const running = run("logs", "worker", ...PRODUCTION, "--follow", "--timeout", "8");
    setTimeout(() => void write("task-a", [0, "meanwhile"]), 2500);
    const { code, stdout } = await running;
    expect(code).toBe(exitCodes.timedOut.code);
    expect(stdout.match(/before/g)).toHaveLength(1);
    expect(stdout.match(/meanwhile/g)).toHaveLength(1);
  });

  it("says when there is nothing, no such log, or no such time; calls nothing for a wrong line", async () => {
    await write("task-a", [86_400, "yesterday"]);
    const nothing = await run("logs", "worker", ...PRODUCTION);
    expect(nothing).toMatchObject({ code: 0, stdout: "" });
    expect(nothing.stderr).toContain(`No line in ${GROUP} since`);
    const absent = await run("logs", "scheduler", ...PRODUCTION);
    expect(absent.code).toBe(exitCodes.refused.code);
    expect(absent.stderr).toContain("There is no log group /affiliate/production/scheduler.");
    const before = front().calls.length;
    for (const wrong of [
      ["logs", "nginx"],
      ["logs", "worker", "--since", "yesterday"],
      ["logs", "worker", "--follow", "--until", "5m"],
      ["logs", "worker", "--errors", "--filter", "x"],
      ["logs", "worker", "--since", "5m", "--until", "1h"],
    ]) {
      expect((await run(...wrong, ...PRODUCTION)).code, wrong.join(" ")).toBe(exitCodes.usage.code);
    }
    expect(front().calls.length).toBe(before);
  });

  it.each([
    ["90s", -90],
    ["15m", -900],
    ["2h", -7200],
    ["3d", -259_200],
    ["2026-11-27T03:00+09:00", (Date.parse("2026-11-26T18:00Z") - 1_000_000) / 1000],
  ])("--since %s", (given, seconds) => expect(timeOf(given, 1_000_000, "--since")).toBe(1_000_000 + seconds * 1000));
});
