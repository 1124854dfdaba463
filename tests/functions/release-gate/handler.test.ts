import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPermanent, Refusal } from "../../../functions/shared/errors";
import { parseEvent } from "../../../functions/release-gate/event";
import { createHandler } from "../../../functions/release-gate/handler";
import { begin, clientToken, snapshotName } from "../../../functions/release-gate/state";
import { fill, isSame } from "../../../functions/shared/task-definition";
import { settingsFrom } from "../../../functions/release-gate/settings";
import { FakeAws } from "./fake-aws";
import { deploymentArn, hookEvent, image, revisionArn, settings } from "./fixtures";

const statuses = ["SUCCEEDED", "FAILED", "IN_PROGRESS"];

describe("the handler", () => {
  it("answers anything with a status and a reason in the log", async () => {
    const aws = new FakeAws();
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (input) => {
        aws.lines.splice(0);
        const { hookStatus } = await aws.invoke(input);
        expect(hookStatus).toBe("FAILED");
        expect(aws.lines.at(-1)?.message).toMatch(/no event of a deployment/);
      }),
    );
  });

  it("answers with a status when its environment is incomplete, and says what lacks", async () => {
    const lines: string[] = [];
    const handler = createHandler(
      () => {
        settingsFrom({ TABLE: "x" });
        throw new Error("not reached");
      },
      (message) => void lines.push(message),
    );
    expect((await handler(hookEvent("d2"))).hookStatus).toBe("FAILED");
    expect(lines[0]).toMatch(/environment is not complete: .*CLUSTER.*SERVICE_ARN/s);
  });

  it("answers before Lambda ends the call", async () => {
    const aws = new FakeAws();
    aws.ecs.deploy("d2", "2", "v2");
    aws.ask = () => new Promise(() => undefined);
    aws.secondsLeft = 5.05;
    const reply = await aws.invoke(hookEvent("d2", "POST_TEST_TRAFFIC_SHIFT"));
    expect(reply).toMatchObject({ hookStatus: "IN_PROGRESS", hookDetails: { step: "examine" } });
  });

  it("begins no step for which the time of the call is too short", async () => {
    const aws = new FakeAws();
    aws.database.images.set(image("2"), ["m1"]);
    aws.ecs.deploy("d2", "2", "v2");
    aws.secondsLeft = 30;
    expect(await aws.invoke(hookEvent("d2"))).toMatchObject({ hookStatus: "IN_PROGRESS", callBackDelay: 1 });
    expect(aws.ecs.tasks).toEqual([]);
  });

  it.each(["POST_SCALE_UP", "PRODUCTION_TRAFFIC_SHIFT", ""])("lets nothing pass at %s", async (stage) => {
    const aws = new FakeAws();
    const { hookStatus } = await aws.invoke(hookEvent("d2", stage));
    expect(statuses).toContain(hookStatus);
    expect(hookStatus).toBe("FAILED");
    expect(aws.lines.at(-1)?.message).toMatch(/nothing to judge/);
  });
});

describe("the event", () => {
  it("is what ECS sends", () => {
    expect(
      parseEvent({ ...hookEvent("d2"), hookDetails: '{"step":"lock","troubleSince":"2026-11-24T00:00:00.000Z"}' }),
    ).toEqual({
      kind: "deployment",
      stage: "PRE_SCALE_UP",
      deployment: deploymentArn("d2"),
      revision: revisionArn("d2"),
      details: { step: "lock", troubleSince: "2026-11-24T00:00:00.000Z" },
    });
  });
});

describe("an error", () => {
  const of = (name: string, fields: object) => Object.assign(new Error("x"), { name, ...fields });
  it.each([
    ["AccessDenied", of("AccessDeniedException", { $fault: "client", $metadata: { httpStatusCode: 400 } }), true],
    ["our own judgement", new Refusal("x"), true],
    ["throttling", of("ThrottlingException", { $fault: "client", $metadata: { httpStatusCode: 400 } }), false],
    ["429", of("X", { $fault: "client", $metadata: { httpStatusCode: 429 } }), false],
    ["retryable", of("X", { $fault: "client", $retryable: {} }), false],
    ["a fault of the service", of("ServerException", { $fault: "server", $metadata: { httpStatusCode: 500 } }), false],
    ["the network", of("TimeoutError", {}), false],
    ["no error at all", "x", false],
  ])("%s", (_, error, permanent) => expect(isPermanent(error)).toBe(permanent));
});

describe("a task definition", () => {
  const filling = { family: "migration", repositoryUrl: settings.repositoryUrl, image: image("2"), version: "v2" };
  const template: TaskDefinition = {
    taskDefinitionArn: "template:7",
    family: "migration-template",
    revision: 7,
    status: "ACTIVE",
    registeredBy: "somebody",
    cpu: "512",
    volumes: [],
    containerDefinitions: [
      {
        name: "migration",
        image: `${settings.repositoryUrl}:unreleased`,
        environment: [
          { name: "DD_VERSION", value: "unreleased" },
          { name: "RELEASE", value: "unreleased" },
          { name: "A", value: "unreleased" },
        ],
      },
      { name: "agent", image: "public.ecr.aws/datadog/agent@sha256:1" },
    ],
  };

  it("is the template with image and version put in, in another family", () => {
    expect(fill(template, filling)).toEqual({
      family: "migration",
      cpu: "512",
      containerDefinitions: [
        {
          name: "migration",
          image: image("2"),
          environment: [
            { name: "DD_VERSION", value: "v2" },
            { name: "RELEASE", value: "v2" },
            { name: "A", value: "unreleased" },
          ],
        },
        { name: "agent", image: "public.ecr.aws/datadog/agent@sha256:1" },
      ],
    });
  });

  it("is refused when the template has no place for an image", () => {
    expect(() => fill({ ...template, containerDefinitions: [] }, filling)).toThrow(Refusal);
  });

  it("is known again as ECS gives it back", () => {
    const wanted: RegisterTaskDefinitionCommandInput = fill(template, filling);
    const back: TaskDefinition = {
      ...wanted,
      taskDefinitionArn: "migration:3",
      revision: 3,
      placementConstraints: [],
      volumes: [],
      containerDefinitions: wanted.containerDefinitions?.map((container) => ({ ...container, mountPoints: [] })),
    };
    expect(isSame(back, wanted)).toBe(true);
    expect(isSame({ ...back, memory: "1024" }, wanted)).toBe(false);
    expect(isSame({ ...back, executionRoleArn: "other" }, wanted)).toBe(false);
  });
});

describe("names", () => {
  const state = begin({ id: "d2", image: image("2"), version: "v2" }, new Date("2026-11-24T03:15:00.123Z"));

  it("are within what AWS takes", () => {
    const longest = settingsFrom(environment({ SNAPSHOT_PREFIX: "a".repeat(37) })).snapshotPrefix;
    expect(snapshotName(longest, state)).toHaveLength(62);
    expect(snapshotName("affiliate-production-release", state)).toMatch(
      /^affiliate-production-release-20261124-031500-[0-9a-f]{8}$/,
    );
    expect(() => settingsFrom(environment({ SNAPSHOT_PREFIX: "a".repeat(38) }))).toThrow(/SNAPSHOT_PREFIX/);
    expect(clientToken(state, "migrate")).toHaveLength(64);
  });

  it("tell tasks apart, and are the same whenever they are asked for", () => {
    const tokens = [
      clientToken(state, "ask"),
      clientToken(state, "migrate"),
      clientToken(state, "recount"),
      clientToken({ ...state, batches: [4, 3] }, "rollback"),
      clientToken({ ...state, batches: [3] }, "rollback"),
      clientToken({ ...state, release: { ...state.release, id: "d3" } }, "migrate"),
    ];
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(clientToken({ ...state, since: "later", batches: [9] }, "migrate")).toBe(tokens[1]);
  });
});

/** All that settingsFrom needs. */
function environment(overrides: Record<string, string>): Record<string, string> {
  const names =
    "ENVIRONMENT CLUSTER SERVICE_ARN BOOTSTRAP_FAMILY REPOSITORY_URL MIGRATION_FAMILY MIGRATION_TEMPLATE_FAMILY " +
    "MIGRATION_CONTAINER MIGRATION_LOG_GROUP SUBNET_IDS TASK_SECURITY_GROUP_ID DATABASE_CLUSTER SNAPSHOT_PREFIX " +
    "TABLE TEST_HOST TEST_HOSTNAME";
  return { ...Object.fromEntries(names.split(" ").map((name) => [name, "x"])), SNAPSHOTS_KEPT: "20", ...overrides };
}
