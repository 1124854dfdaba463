import { exitCodes, type ExitReason } from "../../../operations/exit-codes";
import type { ReleaseWorld } from "../../support/release/world";
import { inJapanese } from "./peers-ja";

/** A way in which a release can end, and who would have been told what. docs/releases.md is held to this table. */
export interface Scenario {
  readonly name: string;
  /** The same in the Japanese document. */
  readonly japanese: string;
  /** What is done before the release of a new image begins; its tag is given. */
  readonly arrange: (world: ReleaseWorld, tag: string) => Promise<void> | void;
  readonly ends: ExitReason;
  /** What the message has to name. */
  readonly because: RegExp;
  /** Whether visitors get the new release afterwards. */
  readonly serves: "new" | "old";
  /** Seconds of `--timeout`. @default none */
  readonly timeout?: number;
  readonly runbook: string;
  readonly ecspresso: string;
  readonly deployAction: string;
  readonly pulumiBased: string;
}

const AS_STABLE = "as for the circuit breaker";

export const scenarios: readonly Scenario[] = [
  {
    name: "all goes well",
    japanese: "すべて順調",
    arrange: () => undefined,
    ends: "ok",
    because: /every task runs/,
    serves: "new",
    runbook: "0",
    ecspresso: "0",
    deployAction: "success",
    pulumiBased: "success",
  },
  {
    name: "the circuit breaker opens",
    japanese: "サーキットブレーカーが開く",
    arrange: (world) => world.meets("web", { breaker: true }),
    ends: "rolledBack",
    because: /circuit breaker opened: 3 tasks failed/,
    serves: "old",
    runbook: "0: `wait services-stable` is content with the old tasks",
    ecspresso: "0 before 2.4; since then 1 for rolling deployments (#732, #733)",
    deployAction: "success until #860 of April 2026 (#191, open for five years); since then failure",
    pulumiBased: "success (sst#5922, pulumi-aws#4487; CloudFormation likewise, containers-roadmap#328)",
  },
  {
    name: "an alarm rings in the bake time",
    japanese: "ベイク時間中にアラームが鳴る",
    arrange: (world) => world.meets("web", { alarm: "affiliate-production-web-deployment-errors" }),
    ends: "rolledBack",
    because: /alarm affiliate-production-web-deployment-errors rang/,
    serves: "old",
    runbook: "0: it watches no alarm",
    ecspresso: "0 with blue/green: ROLLBACK_SUCCESSFUL is an end like others (#1064)",
    deployAction: AS_STABLE,
    pulumiBased: AS_STABLE,
  },
  {
    name: "a migration fails",
    japanese: "マイグレーションが失敗する",
    arrange: async (world, tag) => {
      const digest = await world.push(tag, ["2026_11_01_add", `2026_11_02_broken_${tag}`]);
      world.fake.database.images.set(`${world.targets.images.repositoryUrl}@${digest}`, [
        `2026_11_01_${tag}`,
        `2026_11_02_broken_${tag}`,
      ]);
      world.fake.migrationSteps = 1;
    },
    ends: "migrationFailed",
    because: /schema gate refused: The migration ended with exit code 1.*was undone/,
    serves: "old",
    runbook: "`set -e` ends the script before its rollback; what ran of the migration stays",
    ecspresso: "no migration; a task run before is the caller's",
    deployAction: "a run-task step of its own; its exit code is not read (the runbook's workflow)",
    pulumiBased: "no migration",
  },
  {
    name: "the new tasks answer as another release",
    japanese: "新タスクが別のリリースとして応答する",
    arrange: (world) => {
      world.answerOnTest = "v-other";
    },
    ends: "rolledBack",
    because: /smoke test failed: .*on the test listener, 10 tries: .*v-other/,
    serves: "old",
    runbook: "asks the public address, where old tasks may answer; `rollback.sh` then takes the second-newest revision",
    ecspresso: "not looked at",
    deployAction: "not looked at",
    pulumiBased: "not looked at",
  },
  {
    name: "the smoke test fails, and the gate's record cannot be read",
    japanese: "スモークテストが失敗し、ゲートの記録も読めない",
    arrange: (world) => {
      world.answerOnTest = "v-other";
      world.front.before("DescribeServiceDeployments", () => {
        if (world.service("web").deployments[0]?.status !== "ROLLBACK_IN_PROGRESS") return Promise.resolve();
        const answer = { status: 400, body: JSON.stringify({ __type: "AccessDeniedException" }) };
        world.front.fail({ on: "DynamoDB", times: 100, answer });
        return Promise.resolve();
      });
    },
    ends: "rolledBack",
    because: /the hook affiliate-production-release-gate refused.*in log group \/affiliate\/production\/release-gate/,
    serves: "old",
    runbook: "asks the public address, where old tasks may answer",
    ecspresso: "not looked at",
    deployAction: "not looked at",
    pulumiBased: "not looked at",
  },
  {
    name: "somebody stops it",
    japanese: "誰かがデプロイを止める",
    arrange: (world) => {
      world.meets("web", { hangsAt: "POST_SCALE_UP" });
      world.front.before("DescribeServiceDeployments", async () => {
        const [deployment] = world.service("web").deployments;
        if (deployment?.stage !== "POST_SCALE_UP" || deployment.status !== "IN_PROGRESS") return;
        await world.fake.standIn(
          "AmazonEC2ContainerServiceV20141113.StopServiceDeployment",
          JSON.stringify({ serviceDeploymentArn: deployment.arn }),
        );
      });
    },
    ends: "rolledBack",
    because: /stopped by a person/,
    serves: "old",
    runbook: "0",
    ecspresso: "as for an alarm",
    deployAction: AS_STABLE,
    pulumiBased: AS_STABLE,
  },
  {
    name: "it is called successful while old tasks run",
    japanese: "旧タスクが動いたまま成功とされる",
    arrange: (world) => world.meets("web", { lie: true }),
    ends: "failed",
    because: /ECS calls it done, and it is not: 3 of 3 tasks run/,
    serves: "old",
    runbook: "0: the count is reached",
    ecspresso: "0: it compares the deployment's task definition, not the tasks'",
    deployAction: "success: it compares the deployment's id",
    pulumiBased: "success",
  },
  {
    name: "it is rolled back and called successful",
    japanese: "切り戻されたのに成功とされる",
    arrange: (world) => world.meets("web", { falseSuccess: true }),
    ends: "failed",
    because: /the service names affiliate-production-web/,
    serves: "old",
    runbook: "0",
    ecspresso: "1 for rolling deployments since 2.4",
    deployAction: AS_STABLE,
    pulumiBased: "success (pulumi-aws#4487)",
  },
  {
    name: "the way back is slow",
    japanese: "切り戻しに時間がかかる",
    arrange: (world) => world.meets("web", { breaker: true, slowRollback: 12 }),
    ends: "rolledBack",
    because: /circuit breaker/,
    serves: "old",
    runbook: "0",
    ecspresso: "as for the circuit breaker",
    deployAction: AS_STABLE,
    pulumiBased: AS_STABLE,
  },
  {
    name: "the way back fails as well",
    japanese: "切り戻しも失敗する",
    arrange: (world) => world.meets("web", { breaker: true, rollbackFails: true }),
    ends: "failed",
    because: /the way back failed as well/,
    serves: "old",
    runbook: "the waiter gives up after 10 minutes, non-zero",
    ecspresso: "non-zero",
    deployAction: "failure",
    pulumiBased: "failure after the provider's timeout",
  },
  {
    name: "it hangs",
    japanese: "デプロイが進まない",
    arrange: (world) => world.meets("web", { hangsAt: "SCALE_UP" }),
    ends: "timedOut",
    because: /Not done after 15 s/,
    serves: "old",
    timeout: 15,
    runbook: "the waiter gives up after 10 minutes, non-zero, and tells nobody",
    ecspresso: "non-zero at its timeout",
    deployAction: "failure after 30 minutes",
    pulumiBased: "failure after 20 minutes",
  },
  {
    name: "ECS throttles, fails and cuts the connection on the way",
    japanese: "途中で ECS がスロットリング、失敗、接続切断をする",
    arrange: ({ front }) => {
      const on = "DescribeServiceDeployments";
      const throttled = {
        status: 400,
        body: JSON.stringify({ __type: "ThrottlingException", message: "Rate exceeded" }),
      };
      front.fail({ on, times: 2, answer: throttled });
      front.fail({
        on,
        times: 2,
        answer: { status: 500, body: JSON.stringify({ __type: "ServerException", message: "" }) },
      });
      front.fail({ on, times: 2, answer: "cut" });
    },
    ends: "ok",
    because: /every task runs/,
    serves: "new",
    runbook: "0 or not, as the waiter meets it",
    ecspresso: "retried by the SDK",
    deployAction: "retried by the SDK",
    pulumiBased: "retried by the SDK",
  },
  {
    name: "AWS is slow",
    japanese: "AWS の応答が遅い",
    arrange: ({ front }) => front.before("", () => new Promise((answer) => setTimeout(answer, 300))),
    ends: "ok",
    because: /every task runs/,
    serves: "new",
    runbook: "0",
    ecspresso: "0",
    deployAction: "success",
    pulumiBased: "success",
  },
  {
    name: "a worker's deployment fails after the web tier's",
    japanese: "Web 層の後でワーカーのデプロイが失敗する",
    arrange: (world) => world.meets("worker", { breaker: true }),
    ends: "rolledBack",
    because: /visitors are on the new revision, but worker: the circuit breaker/,
    serves: "new",
    runbook: "does not release workers",
    ecspresso: "a service at a time, as for the circuit breaker",
    deployAction: "a service at a time, as for the circuit breaker",
    pulumiBased: AS_STABLE,
  },
];

const CODES = Object.fromEntries(Object.entries(exitCodes).map(([reason, { code }]) => [reason, code]));

/** The table as docs/releases.md and docs/releases.ja.md have it, a line a row. */
export function scenarioTable(language: "english" | "japanese"): string[] {
  const head =
    language === "english"
      ? [
          "what happens",
          "exit code",
          "visitors",
          "the runbook's script",
          "ecspresso",
          "deploy action",
          "SST, Pulumi, CDK",
        ]
      : ["起きること", "終了コード", "利用者", "元の手順書", "ecspresso", "deploy action", "SST、Pulumi、CDK"];
  const serves = language === "english" ? { new: "new", old: "old" } : { new: "新", old: "旧" };
  const rows = scenarios.map((one) => [
    ...[language === "english" ? one.name : one.japanese, String(CODES[one.ends]), serves[one.serves]],
    ...[one.runbook, one.ecspresso, one.deployAction, one.pulumiBased].map((text) =>
      language === "english" ? text : inJapanese(text),
    ),
  ]);
  return [head, ...rows].map((row) => `| ${row.join(" | ")} |`);
}
