// The platform in Osaka beside production and staging in one cloud, brought up with Tokyo lost.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { plannedOf, type StateExport } from "../../policy/framework/state";
import type { UpdateResult } from "../../sandbox/cli/sandbox";
import { Cloud, type CloudResource } from "../../sandbox/cloud/cloud";
import { captured, copyOfLanded } from "../support/landed";
import { ROOT, stackFilesWith } from "./support";

const ENGINE = 600_000;
const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
const RECORD = "aws:route53/record:Record";
const env = { SANDBOX_LOST_REGIONS: "ap-northeast-1" };
const domain = parseDocument(readFileSync(join(ROOT, "Pulumi.recovery.yaml"), "utf8")).getIn([
  "config",
  "affiliate:domain",
]) as { toJSON(): { hostnames: string[]; standbyFor: string[] } };
const { hostnames, standbyFor } = domain.toJSON();

let home = "";
let first: UpdateResult;
let state: StateExport;

beforeAll(async () => {
  home = await copyOfLanded("recovery-home");
  first = await captured(home, { env }).update("up", "recovery");
  state = JSON.parse((await captured(home).export("recovery")).stdout) as StateExport;
}, 3 * ENGINE);

describe("the recovery stack, with Tokyo lost", () => {
  it("comes up", () => {
    expect(first.exitCode, first.stdout + first.stderr).toBe(0);
    expect(first.events.changes?.["create"]).toBeGreaterThan(400);
  });

  it("names Tokyo nowhere, and what lives in us-east-1 is what CloudFront wants there", () => {
    const planned = plannedOf(state);
    const inTokyo = planned.filter(({ props }) => JSON.stringify(props).includes("ap-northeast-1"));
    expect(inTokyo.map(({ urn }) => urn)).toEqual([]);
    const elsewhere = planned.filter(
      ({ props }) => props["region"] !== undefined && props["region"] !== "ap-northeast-3",
    );
    // Slack's configuration is in us-east-2, whatever the stack.
    const regions = new Set(elsewhere.map(({ props }) => props["region"]));
    expect([...regions].sort()).toEqual(["us-east-1", "us-east-2"]);
    const layers = new Set(elsewhere.map(({ urn }) => /affiliate:(\w+):/.exec(urn)?.[1]));
    expect([...layers].sort()).toEqual(["edge", "foundation", "monitoring"]);
  });

  it("makes no secret, no repository and no bucket of uploads: production's copies are in use", () => {
    const planned = plannedOf(state);
    expect(planned.filter(({ type }) => /^aws:(secretsmanager\/secret|ecr\/)/.test(type))).toEqual([]);
    const buckets = planned.filter(({ type }) => type === "aws:s3/bucket:Bucket").map(({ props }) => props["bucket"]);
    expect(buckets.filter((name) => String(name).includes("uploads"))).toEqual([]);
    const tasks = planned.filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition");
    const web = String(tasks.find(({ name }) => name === "tasks-web-template")?.props["containerDefinitions"]);
    expect(web).toContain("arn:aws:secretsmanager:ap-northeast-3:123456789012:secret:affiliate/production/");
    expect(web).toContain("affiliate-production-uploads-copies-123456789012");
  });

  it(
    "changes nothing when it is brought up again",
    async () => {
      const again = await captured(home, { env }).update("up", "recovery", ["--expect-no-changes"]);
      expect(again.exitCode, again.stdout + again.stderr).toBe(0);
    },
    ENGINE,
  );

  it(
    "does not come up when something is made to depend on Tokyo",
    async () => {
      const image = `123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/bootstrap@sha256:${"0".repeat(64)}`;
      const stackFiles = stackFilesWith("in-tokyo", "recovery", ["affiliate:compute", "bootstrapImage"], image);
      const { exitCode, stdout, stderr } = await captured(home, { env, stackFiles }).update("up", "recovery");
      expect(exitCode).not.toBe(0);
      expect((stdout + stderr).replace(/\s+/g, " ")).toMatch(
        /bootstrap@sha256:\S+ is in ap-northeast-1, which is lost/,
      );
    },
    ENGINE,
  );

  it(
    "takes production's names once CloudFront has let them come, and leaves the certificates as they are",
    async () => {
      const cloud = new Cloud(join(home, ".cloud"));
      const named = (name: string) => (resource: CloudResource) =>
        JSON.stringify(resource.state["aliases"]).includes(name);
      const other = domain.toJSON();
      const swapped = { ...other, hostnames: standbyFor, standbyFor: hostnames };
      const stackFiles = stackFilesWith("names", "recovery", ["affiliate:domain"], swapped);
      associateAliases(cloud, standbyFor);
      const { exitCode, events, stdout, stderr } = await captured(home, { env, stackFiles }).update("up", "recovery");
      expect(exitCode, stdout + stderr).toBe(0);
      const changed = events.steps.filter(({ op }) => op !== "same").map(({ urn }) => urn);
      expect(changed.filter((urn) => urn.includes("aws:acm/"))).toEqual([]);
      const holders = cloud.list(DISTRIBUTION).filter(named('"affiliate-system.com"'));
      expect(holders.map(({ urn }) => urn)).toEqual([expect.stringContaining("urn:pulumi:recovery::")]);
      const records = cloud.list(RECORD).filter((record) => record.state["name"] === "affiliate-system.com");
      const targets = records.flatMap((record) => (record.state["aliases"] ?? []) as { name: string }[]);
      expect(new Set(targets.map(({ name }) => name))).toEqual(new Set([holders[0]?.state["domainName"]]));
    },
    ENGINE,
  );
});

/** As `aws cloudfront associate-alias` does: the names go from the distribution that has them to the recovery stack's. */
function associateAliases(cloud: Cloud, names: readonly string[]): void {
  const distributions = cloud.list(DISTRIBUTION);
  const target = distributions.find(({ urn }) => urn.includes(":recovery::"));
  const source = distributions.find(({ urn }) => urn.includes(":production::"));
  if (target === undefined || source === undefined) throw new Error("both stacks have a distribution");
  const goes = (held: string) => names.some((name) => held.endsWith(name) && !held.includes(`recovery.${name}`));
  const going = source.names.filter(goes);
  expect(going).toHaveLength(names.length);
  const kept = source.names.filter((held) => !goes(held));
  cloud.update({ ...source, state: { ...source.state, aliases: [] } }, kept);
  const aliases = [...(target.state["aliases"] as string[]), ...names];
  cloud.update({ ...target, state: { ...target.state, aliases } }, [...target.names, ...going]);
}
