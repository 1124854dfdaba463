import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { exitCodes } from "../../../operations/exit-codes";
import { verbs } from "../../../operations/verbs";
import type { Finding } from "../../../operations/release/checks";
import { runVerbs, stackFolder } from "../../support/command-line";
import { facts } from "../../support/release/platform";
import { type ReleaseWorld, startReleaseWorld } from "../../support/release/world";

const root = stackFolder();
const PRODUCTION = ["--stack", "production"];
const YES = [...PRODUCTION, "--yes", "production", "--interval", "0.02"];
let world: ReleaseWorld;

const run = (...argv: string[]) => runVerbs(verbs, argv, root);
const verify = async (image = "v1") => {
  const { code, stdout, stderr } = await run("verify", "--image", image, ...PRODUCTION, "--json");
  const { findings = [] } = JSON.parse(stdout || "{}") as { findings?: Finding[] };
  return { code, stderr, findings };
};

beforeAll(async () => {
  world = await startReleaseWorld();
  Object.assign(process.env, world.environment);
  await world.push("v1");
}, 300_000);
afterAll(() => world.stop(), 60_000);
beforeEach(() => world.front.quiet());

/** The web service's template with something changed in it; the way back registers it as it was. */
async function template(change: (was: TaskDefinition) => Partial<TaskDefinition>): Promise<() => Promise<unknown>> {
  const { ecs } = world.clients;
  const { templateFamily: family } = world.targets.services.web;
  const { taskDefinition: was = {} } = await ecs.describeTaskDefinition({ taskDefinition: family });
  const { containerDefinitions, cpu, memory, networkMode, executionRoleArn, taskRoleArn } = was;
  const kept = { family, containerDefinitions, cpu, memory, networkMode, executionRoleArn, taskRoleArn };
  await ecs.registerTaskDefinition({ ...kept, ...change(was), family });
  return () => ecs.registerTaskDefinition(kept);
}

/** Answers as AWS would; the emulator knows no scan and no quota. */
const answering = (on: string, answer: unknown) => {
  world.front.fail({ on, times: 10, answer: { status: 200, body: JSON.stringify(answer) } });
  return () => Promise.resolve(world.front.heal());
};

interface Break {
  readonly check: string;
  readonly state: Finding["state"];
  readonly found: RegExp;
  /** Breaks it; what is returned mends it. */
  readonly breaks: () => Promise<() => Promise<unknown>> | (() => Promise<unknown>);
}

const scanned = (status: string, CRITICAL: number) =>
  answering("DescribeImages", {
    imageDetails: [
      {
        imageDigest: `sha256:${"a".repeat(64)}`,
        imageTags: ["v1"],
        imageScanStatus: { status },
        imageScanFindingsSummary: { findingSeverityCounts: { CRITICAL, HIGH: 2 } },
      },
    ],
  });

const BROKEN: readonly Break[] = [
  {
    check: "no deployment runs",
    state: "blocked",
    found: /^worker: \w+, IN_PROGRESS, since 20/,
    breaks: async () => {
      const worker = world.service("worker");
      await world.fake.remember(worker, worker.taskDefinition);
      const [newest] = worker.deployments;
      if (newest === undefined) throw new Error("no deployment was remembered");
      newest.status = "IN_PROGRESS";
      return () => Promise.resolve((newest.status = "SUCCESSFUL"));
    },
  },
  {
    check: "listener weights",
    state: "blocked",
    found: /production 50\/50, test 100\/0; needed 100\/0/,
    breaks: async () => {
      const { productionRuleArn: RuleArn, targetGroupArns } = world.targets.loadBalancer;
      const { balancing } = world.clients;
      const give = (weights: readonly number[]) => {
        const TargetGroups = targetGroupArns.map((TargetGroupArn, at) => ({ TargetGroupArn, Weight: weights[at] }));
        return balancing.modifyRule({ RuleArn, Actions: [{ Type: "forward", ForwardConfig: { TargetGroups } }] });
      };
      await give([50, 50]);
      return () => give([100, 0]);
    },
  },
  {
    check: "deployment alarms",
    state: "warning",
    found: /ringing, so ECS ignores them: affiliate-production-web-deployment-errors/,
    breaks: async () => {
      const { alarms } = world.clients;
      const AlarmName = world.targets.deploymentAlarms.web[0];
      const set = (StateValue: "ALARM" | "OK") =>
        alarms.setAlarmState({ AlarmName, StateValue, StateReason: "a test" });
      await set("ALARM");
      return () => set("OK");
    },
  },
  {
    check: "deployment alarms",
    state: "blocked",
    found: /not there: affiliate-production-web-deployment-errors/,
    breaks: () => answering("DescribeAlarms", { MetricAlarms: [] }),
  },
  {
    check: "image is scanned",
    state: "blocked",
    found: /3 critical findings, 2 high/,
    breaks: () => scanned("COMPLETE", 3),
  },
  {
    check: "image is scanned",
    state: "warning",
    found: /scan is IN_PROGRESS/,
    breaks: () => scanned("IN_PROGRESS", 0),
  },
  { check: "image is scanned", state: "ok", found: /no critical finding, 2 high/, breaks: () => scanned("ACTIVE", 0) },
  {
    check: "roles",
    state: "blocked",
    found: /^nobody: /,
    breaks: () => template(() => ({ taskRoleArn: `arn:aws:iam::${facts.accountId}:role/nobody` })),
  },
  {
    check: "log groups",
    state: "blocked",
    found: /worker: not there/,
    breaks: async () => {
      const place = { logGroupName: world.targets.services.worker.logGroup };
      await world.clients.logs.deleteLogGroup(place);
      return () => world.clients.logs.createLogGroup(place);
    },
  },
  {
    check: "secrets and their keys",
    state: "blocked",
    found: /has no key not_a_key/,
    breaks: async () => {
      const { ARN } = await world.clients.secrets.describeSecret({ SecretId: facts.name("secret", "slack") });
      const secrets = [
        { name: "A", valueFrom: `${ARN}:webhook_url::` },
        { name: "B", valueFrom: `${ARN}:not_a_key::` },
      ];
      return template(({ containerDefinitions = [] }) => ({
        containerDefinitions: containerDefinitions.map((one) => (one.name === "app" ? { ...one, secrets } : one)),
      }));
    },
  },
  {
    check: "addresses",
    state: "blocked",
    found: /^\d+ free addresses for 400\d more tasks/,
    breaks: () => {
      const web = world.service("web");
      const was = web.desiredCount;
      web.desiredCount = 4000;
      return () => Promise.resolve((web.desiredCount = was));
    },
  },
  {
    check: "Fargate vCPU",
    state: "blocked",
    found: /12 at most while both revisions run; the account's quota is 6/,
    breaks: () => answering("GetServiceQuota", { Quota: { Value: 6 } }),
  },
  {
    check: "Fargate vCPU",
    state: "ok",
    found: /the account's quota is 4000/,
    breaks: () => answering("GetServiceQuota", { Quota: { Value: 4000 } }),
  },
];

describe("verify", () => {
  it("finds nothing in the way of a release on a platform that is whole", async () => {
    const { code, stderr, findings } = await verify();
    expect(findings.filter(({ state }) => state === "blocked")).toEqual([]);
    expect(code, stderr).toBe(0);
    const checks = new Set(["image", ...BROKEN.map(({ check }) => check)]);
    expect(new Set(findings.map(({ check }) => check))).toEqual(checks);
  }, 120_000);

  it.each(BROKEN)(
    "$check: $state, $found",
    async ({ check, state, found, breaks }) => {
      const mend = await breaks();
      const { code, stderr, findings } = await verify();
      await mend();
      const finding = findings.find((one) => one.check === check);
      expect(finding?.found).toMatch(found);
      expect(finding?.state).toBe(state);
      expect(findings.filter((one) => one.state === "blocked")).toEqual(state === "blocked" ? [finding] : []);
      expect(code, stderr).toBe(exitCodes[state === "blocked" ? "incomplete" : "ok"].code);
    },
    120_000,
  );

  it("an image that is not there is a finding beside the others; what names no image is a wrong command line", async () => {
    const { code, findings } = await verify("v404");
    expect(code).toBe(exitCodes.incomplete.code);
    expect(findings.find(({ check }) => check === "image")).toMatchObject({
      state: "blocked",
      found: "There is no image v404 in affiliate-production-app.",
    });
    expect(findings.length).toBeGreaterThan(8);
    expect((await verify("latest")).code).toBe(exitCodes.usage.code);
  }, 120_000);
});

describe("release --running", () => {
  const running = (...more: string[]) => run("release", "--running", ...YES, ...more);

  it("with --image, or neither of the two: refused before any call", async () => {
    const both = await running("--image", "v1");
    expect(both.code).toBe(exitCodes.usage.code);
    expect(both.stderr).toContain("give one of the two");
    expect((await run("release", ...YES)).code).toBe(exitCodes.usage.code);
    expect(world.front.calls).toEqual([]);
  });

  it("on the bootstrap container there is nothing to release: that is said, and ends with 0", async () => {
    const { code, stdout, stderr } = await running("--json");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("Nothing has been released yet");
    expect(JSON.parse(stdout)).toMatchObject({ result: "ok" });
    expect(world.front.changes().filter((name) => /Update|Register|Put/.test(name))).toEqual([]);
    expect(world.slack).toEqual([]);
  }, 60_000);

  it("brings a changed template to visitors under the same version, and the second time changes nothing", async () => {
    expect((await run("release", "--image", "v1", ...YES)).code).toBe(0);
    world.front.quiet();
    const idle = await running();
    expect(idle.code, idle.stderr).toBe(0);
    expect(idle.stderr).toContain("v1 runs on the newest template already. Nothing was changed.");
    expect(world.front.calls.filter(({ name }) => name.endsWith(".UpdateService"))).toEqual([]);

    await template(() => ({ cpu: "2048", memory: "4096" }));
    const before = world.service("web").taskDefinition;
    const { code, stderr } = await running();
    expect(code, stderr).toBe(0);
    expect(world.service("web").taskDefinition).not.toBe(before);
    expect(await world.running("web")).toBe("v1");
    const { taskDefinition } = await world.clients.ecs.describeTaskDefinition({
      taskDefinition: world.service("web").taskDefinition,
    });
    expect(taskDefinition?.cpu).toBe("2048");
    // Workers and scheduler run theirs already.
    expect(world.front.calls.filter(({ name }) => name.endsWith(".UpdateService"))).toHaveLength(1);
    expect(world.slack).toHaveLength(2);
  }, 180_000);
});

describe("history", () => {
  it("goes on page by page, newest first, and ends at its limit", async () => {
    const worker = world.service("worker");
    for (let round = 0; round < 130; round++) await world.fake.remember(worker, worker.taskDefinition);
    const { code, stdout, stderr } = await run(
      ...["history", "--service", "worker", "--limit", "125", ...PRODUCTION, "--json"],
    );
    expect(code, stderr).toBe(0);
    const { deployments } = JSON.parse(stdout) as { deployments: { deployment: string; status: string; at: string }[] };
    const ids = worker.deployments.map(({ arn }) => arn.split("/").at(-1));
    expect(deployments.map(({ deployment }) => deployment)).toEqual(ids.slice(0, 125));
    expect(world.front.calls.filter(({ name }) => name.endsWith(".ListServiceDeployments"))).toHaveLength(2);
    expect(world.front.calls.filter(({ name }) => name.endsWith(".DescribeServiceRevisions"))).toHaveLength(7);
  }, 120_000);

  it.each(["0", "1001", "1.5", "all"])("--limit %s is refused before any call", async (limit) => {
    expect((await run("history", "--limit", limit, ...PRODUCTION)).code).toBe(exitCodes.usage.code);
    expect(world.front.calls).toEqual([]);
  });
});
