import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { exitCodes } from "../../../operations/exit-codes";
import { verbs } from "../../../operations/verbs";
import { runVerbs, stackFolder } from "../../support/command-line";
import { isOver } from "../../support/release/life-cycle";
import { type ReleaseWorld, startReleaseWorld } from "../../support/release/world";
import { scenarios } from "./scenarios";

const root = stackFolder();
const YES = ["--stack", "production", "--yes", "production", "--interval", "0.02"];
let world: ReleaseWorld;
let before = "";
let serial = 0;

beforeAll(async () => {
  world = await startReleaseWorld();
  Object.assign(process.env, world.environment);
}, 180_000);
afterAll(() => world.stop(), 60_000);
beforeEach(async () => {
  for (const service of world.fake.services.values()) service.courses.splice(0);
  for (const service of world.fake.services.values()) {
    // What a scenario left hanging is over when the next one begins.
    for (const one of service.deployments) if (!isOver(one)) one.status = "STOPPED";
    const last = service.deployments.find(({ status }) => status === "SUCCESSFUL");
    const { taskDefinition = "" } = service.tasks[0] ?? {};
    service.taskDefinition = taskDefinition;
    if (last === undefined) service.tasks.splice(service.desiredCount);
  }
  Object.assign(world.fake, { migrationSteps: Infinity });
  world.answerOnTest = undefined;
  world.slack.length = 0;
  world.front.quiet();
  before = await world.running("web");
});

const run = (...argv: string[]) => runVerbs(verbs, argv, root);
const tagOf = async (prepare: (tag: string) => Promise<void> | void) => {
  const tag = `v1.0.${++serial}`;
  await prepare(tag);
  const { repositoryName } = world.targets.images;
  const { imageIds = [] } = await world.clients.ecr.listImages({ repositoryName });
  if (!imageIds.some(({ imageTag }) => imageTag === tag)) await world.push(tag);
  return tag;
};

describe("what cannot be lied about", () => {
  it.each(scenarios)(
    "$name: $ends",
    async (scenario) => {
      const tag = await tagOf((given) => scenario.arrange(world, given));
      const limit = scenario.timeout === undefined ? [] : ["--timeout", String(scenario.timeout)];
      const { code, stdout, stderr } = await run("release", "--image", tag, ...YES, "--json", ...limit);
      expect(code, stderr).toBe(exitCodes[scenario.ends].code);
      expect(stdout + stderr).toMatch(scenario.because);
      expect(await world.running("web")).toBe(scenario.serves === "new" ? tag : before);
      // Slack hears of every end, in both languages.
      expect(world.slack).toHaveLength(1);
      expect(world.slack[0]).toMatch(/[\u3040-\u30ff\u4e00-\u9fff].*\[production\]/);
      expect(world.slack[0]).toMatch(/[Rr]elease/);
      if (scenario.timeout === undefined) {
        expect(JSON.parse(stdout)).toMatchObject({ result: scenario.ends, version: tag });
        // Visitors are all on one side again.
        expect([...(await world.weights())].sort()).toEqual([0, 100]);
      }
    },
    120_000,
  );
});
