import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exitCodes } from "../../operations/exit-codes";
import { temporaryFolder } from "../support/command-line";
import { IMAGE, operatorWorld, PRODUCTION, targets, YES } from "../support/operator-world";

const { front, run, releaseRuns } = operatorWorld();
const folder = temporaryFolder("plugin-");
const record = path.join(folder, "started.json");
const TOKEN = "token-that-opens-the-session";
const TASK = "arn:aws:ecs:ap-northeast-1:123456789012:task/affiliate-production/0123456789abcdef";
const before = process.env.PATH;

/** Stands in for AWS's session-manager-plugin, which no package registry has: writes down how it was started, and ends. */
function plugin(version: string, code = 0): void {
  const file = path.join(folder, "session-manager-plugin");
  writeFileSync(
    file,
    `#!${process.execPath}\nif (process.argv[2] === "--version") console.log("${version}");\nelse {\n` +
      `  require("node:fs").writeFileSync(${JSON.stringify(record)}, JSON.stringify({ argv: process.argv.slice(2), ` +
      `session: process.env.AWS_SSM_START_SESSION_RESPONSE }));\n  process.exitCode = ${code};\n}\n`,
  );
  chmodSync(file, 0o755);
  process.env.PATH = `${folder}:${before}`;
}
const started = () =>
  existsSync(record) ? (JSON.parse(readFileSync(record, "utf8")) as { argv: string[]; session: string }) : undefined;

beforeEach(() => {
  rmSync(record, { force: true });
  plugin("1.2.707.0");
});
afterEach(() => {
  process.env.PATH = before;
});

/** ECS as far as a console task needs it; written after its API reference, since moto starts no agents in tasks. */
function ecsHas(states: readonly ("PENDING" | "RUNNING" | "STOPPED")[] = ["PENDING", "RUNNING"]) {
  releaseRuns();
  const stopped: unknown[] = [];
  const ran: Record<string, unknown>[] = [];
  let looks = 0;
  const template = {
    taskDefinitionArn:
      "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/affiliate-production-console-template:3",
    family: targets.tasks.console.templateFamily,
    containerDefinitions: [
      {
        name: "console",
        image: `${targets.images.repositoryUrl}:unreleased`,
        environment: [{ name: "RELEASE", value: "unreleased" }],
      },
    ],
  };
  const web = {
    containerDefinitions: [{ name: "app", image: IMAGE, environment: [{ name: "RELEASE", value: "v1" }] }],
  };
  front().write("DescribeTaskDefinition", ({ taskDefinition }) => ({
    taskDefinition: String(taskDefinition).includes("console-template") ? template : web,
  }));
  front().write("ListTaskDefinitions", () => ({ taskDefinitionArns: [] }));
  const registered: Record<string, unknown>[] = [];
  front().write("RegisterTaskDefinition", (asked) => {
    registered.push(asked);
    return { taskDefinition: { taskDefinitionArn: `${targets.tasks.console.family}:1` } };
  });
  front().write("RunTask", (asked) => (ran.push(asked), { tasks: [{ taskArn: TASK }] }));
  front().write("DescribeTasks", () => {
    const lastStatus = states[Math.min(looks++, states.length - 1)];
    const agent = { name: "ExecuteCommandAgent", lastStatus };
    const container = { name: "console", runtimeId: "0123456789abcdef-42", reason: "OOM", managedAgents: [agent] };
    return { tasks: [{ lastStatus, stoppedReason: "Essential container exited", containers: [container] }] };
  });
  front().write("StopTask", (asked) => (stopped.push(asked.task), {}));
  front().write("ExecuteCommand", () => ({
    session: { sessionId: "s-1", streamUrl: "wss://x", tokenValue: TOKEN },
  }));
  front().write("StartSession", (asked) => ({ SessionId: "s-2", StreamUrl: "wss://y", TokenValue: TOKEN, asked }));
  front().write("TerminateSession", () => ({}));
  return { stopped, ran, registered };
}

describe("console", () => {
  it("opens a session in a task of the running image, token by environment, and stops the task", async () => {
    const { stopped, ran, registered } = ecsHas();
    const { code, stderr } = await run("console", ...YES);
    expect(code, stderr).toBe(0);
    expect(registered[0]).toMatchObject({
      family: targets.tasks.console.family,
      containerDefinitions: [{ name: "console", image: IMAGE, environment: [{ name: "RELEASE", value: "v1" }] }],
    });
    expect(ran[0]).toMatchObject({
      enableExecuteCommand: true,
      networkConfiguration: { awsvpcConfiguration: { securityGroups: ["sg-task"], assignPublicIp: "DISABLED" } },
    });
    const { argv = [], session = "" } = started() ?? {};
    expect(argv.slice(0, 3)).toEqual(["AWS_SSM_START_SESSION_RESPONSE", "ap-northeast-1", "StartSession"]);
    expect(JSON.parse(argv[4] ?? "")).toEqual({
      Target: "ecs:affiliate-production_0123456789abcdef_0123456789abcdef-42",
    });
    expect(argv.join(" ")).not.toContain(TOKEN);
    expect(JSON.parse(session)).toMatchObject({ SessionId: "s-1", TokenValue: TOKEN });
    expect(stopped).toEqual([TASK]);
  });

  it.each([
    ["the session fails", (): void => plugin("1.2.707.0", 7), [], "failed"],
    ["ECS opens none", (): void => front().fail({ on: "ExecuteCommand", times: 9, answer: refusal }), [], "failed"],
    ["the task never comes up in time", (): void => undefined, ["--timeout", "3"], "timedOut"],
  ] as const)("stops the task when %s", async (_, break_, more, ending) => {
    const { stopped } = ecsHas(more.length > 0 ? ["PENDING"] : ["RUNNING"]);
    break_();
    const { code, stderr } = await run("console", ...YES, ...more);
    expect(code, stderr).toBe(exitCodes[ending].code);
    expect(stopped).toEqual([TASK]);
    expect(stderr).toContain("Stopped the console task 0123456789abcdef.");
  });

  it("says why a task ended before anybody came in", async () => {
    ecsHas(["STOPPED"]);
    const { code, stderr } = await run("console", ...YES);
    expect(code).toBe(exitCodes.failed.code);
    expect(stderr).toContain("ended before anybody could enter it: Essential container exited; OOM");
  });

  it("starts nothing without the plugin, with one that would need the token in words, or when it is dry", async () => {
    const { ran } = ecsHas();
    plugin("1.2.200.0");
    expect((await run("console", ...YES)).stderr).toContain("session-manager-plugin is 1.2.200.0; 1.2.497 or newer");
    process.env.PATH = "/nowhere";
    const missing = await run("console", ...YES);
    expect(missing.code).toBe(exitCodes.refused.code);
    expect(missing.stderr).toContain("session-manager-plugin is not on PATH; sessions need it. Nothing was started.");
    expect(missing.stderr).toContain("Install: https://docs.aws.amazon.com/");
    plugin("1.2.497.0");
    expect((await run("console", ...PRODUCTION, "--dry-run")).code).toBe(0);
    expect((await run("console", ...PRODUCTION)).code).toBe(exitCodes.refused.code);
    expect(ran).toEqual([]);
    expect(started()).toBeUndefined();
  });
});

const refusal = {
  status: 400,
  body: JSON.stringify({ __type: "InvalidParameterException", message: "The task is not ready." }),
};

describe("tunnel database", () => {
  it("forwards the local port through the task to the endpoint, and ends session and task", async () => {
    const { stopped } = ecsHas();
    const { code, stderr } = await run("tunnel", "database", ...YES, "--reader", "--port", "23306");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("127.0.0.1:23306 will lead to reader.example:3306 of production.");
    expect(JSON.parse(started()?.argv[4] ?? "")).toEqual({
      Target: "ecs:affiliate-production_0123456789abcdef_0123456789abcdef-42",
      DocumentName: "AWS-StartPortForwardingSessionToRemoteHost",
      Parameters: { host: ["reader.example"], portNumber: ["3306"], localPortNumber: ["23306"] },
    });
    expect(stopped).toEqual([TASK]);
    expect(front().calls.map(({ name }) => name)).toContain("AmazonSSM.TerminateSession");
  });

  it("refuses a port that is none before anything is called", async () => {
    const { code, stderr } = await run("tunnel", "database", ...YES, "--port", "80");
    expect(code).toBe(exitCodes.usage.code);
    expect(stderr).toContain('--port is "80"; give a port from 1024 to 65535');
    expect(front().calls).toEqual([]);
  });
});
