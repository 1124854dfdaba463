import { afterAll, beforeAll, expect, it } from "vitest";
import { verbs } from "../../../operations/verbs";
import { runVerbs, stackFolder } from "../../support/command-line";
import { type ReleaseWorld, startReleaseWorld } from "../../support/release/world";

const root = stackFolder();
const YES = ["--stack", "production", "--yes", "production", "--interval", "0.02"];
let world: ReleaseWorld;
const run = (...argv: string[]) => runVerbs(verbs, argv, root);
const finish = () => run("restore", "database", "--finish", ...YES);
const CLEAR = ["php", "artisan", "cache:clear"];

/** What an update leaves: the same template with another host of the database. */
async function updateTemplates(host: string): Promise<void> {
  const { ecs } = world.clients;
  for (const party of ["web", "worker", "scheduler"] as const) {
    const { templateFamily: family } = world.targets.services[party];
    const { taskDefinition = {} } = await ecs.describeTaskDefinition({ taskDefinition: family });
    const { containerDefinitions = [], cpu, memory, networkMode } = taskDefinition;
    await ecs.registerTaskDefinition({
      ...{ family, cpu, memory, networkMode, requiresCompatibilities: ["FARGATE"] },
      containerDefinitions: containerDefinitions.map((container) => ({
        ...container,
        environment: [
          ...(container.environment ?? []).filter(({ name }) => name !== "DB_HOST"),
          { name: "DB_HOST", value: host },
        ],
      })),
    });
  }
}

beforeAll(async () => {
  world = await startReleaseWorld();
  Object.assign(process.env, world.environment);
  await world.clients.ecs.registerTaskDefinition({
    family: world.targets.tasks.console.templateFamily,
    containerDefinitions: [
      {
        ...{ name: "console", image: `${world.targets.images.repositoryUrl}:unreleased`, memory: 512, essential: true },
        environment: [{ name: "RELEASE", value: "unreleased" }],
      },
    ],
    ...{ cpu: "512", memory: "1024", networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"] },
  });
  await world.push("v1");
  const { code, stderr } = await run("release", "--image", "v1", ...YES);
  expect(code, stderr).toBe(0);
}, 300_000);
afterAll(() => world.stop(), 60_000);

it("clears the caches, rolls the services onto the new template through the gates, and clears again", async () => {
  await updateTemplates("g1.example");
  world.fake.commands.length = 0;
  const { code, stderr } = await finish();
  expect(code, stderr).toBe(0);
  expect(world.fake.commands.filter((command) => command.includes("cache:clear"))).toEqual([CLEAR, CLEAR]);
  const said = ["Clearing cache...", "Restarting services...", "Clearing cache...", "Disaster recovery completed!"];
  let at = 0;
  for (const words of said) expect((at = stderr.indexOf(words, at + 1)), words).toBeGreaterThan(0);
  const { taskDefinition } = await world.clients.ecs.describeTaskDefinition({
    taskDefinition: world.service("web").taskDefinition,
  });
  expect(taskDefinition?.containerDefinitions?.[0]?.environment).toContainEqual({
    name: "DB_HOST",
    value: "g1.example",
  });
  expect(await world.running("web")).toBe("v1");
}, 120_000);

it("ends where clearing fails, before a service is rolled", async () => {
  await updateTemplates("g2.example");
  world.fake.cacheExitCode = 1;
  const before = world.service("web").taskDefinition;
  const { code, stderr } = await finish();
  world.fake.cacheExitCode = 0;
  expect([code, stderr]).toEqual([1, expect.stringContaining("artisan cache:clear ended with 1")]);
  expect(world.service("web").taskDefinition).toBe(before);
}, 120_000);

it("a release that does not come through keeps its own exit code", async () => {
  world.meets("web", { alarm: "affiliate-production-web-deployment-errors" });
  const { code, stderr } = await finish();
  expect(code).toBe(7);
  expect(stderr).not.toContain("Disaster recovery completed!");
}, 120_000);
