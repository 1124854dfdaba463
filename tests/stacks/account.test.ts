// Both accounts, production and staging in one simulated cloud, through the real engine: what each AWS account and each
// repository has once is made once.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import type { Planned } from "../../policy/framework/planned";
import { plannedOf, type StateExport } from "../../policy/framework/state";
import { judgePlan, type RuleConfig } from "../../policy/framework/judge";
import { rules } from "../../policy/rules";
import { projectNamed } from "../../sandbox/cli/projects";
import { captured, copyOfLanded, landed, scratch } from "../support/landed";

const ENGINE = 300_000;
const STACKS = ["production", "staging"] as const;
const account = projectNamed("account");
let home = "";
const plans = new Map<string, readonly Planned[]>();

const plan = (name: string): readonly Planned[] => plans.get(name) ?? [];

beforeAll(async () => {
  home = await copyOfLanded("with-accounts");
  for (const stack of STACKS) {
    const { exitCode, stdout, stderr } = await captured(home, account).update("up", stack);
    if (exitCode !== 0) throw new Error(`the account of ${stack} did not come up:\n${stdout}\n${stderr}`);
    const state = JSON.parse((await captured(home, account).export(stack)).stdout) as StateExport;
    plans.set(`account ${stack}`, plannedOf(state));
    plans.set(stack, plannedOf((await landed(stack)).state));
  }
}, 4 * ENGINE);

describe("accounts and stacks in one cloud", () => {
  it("all come up, each account with its provider, its trail and its ceilings", () => {
    for (const stack of STACKS) {
      const types = plan(`account ${stack}`).map(({ type }) => type);
      for (const once of [
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        "aws:cloudtrail/trail:Trail",
        "aws:costexplorer/anomalyMonitor:AnomalyMonitor",
        "datadog:aws/integrationAccount:IntegrationAccount",
      ]) {
        expect(types.filter((type) => type === once)).toHaveLength(1);
      }
    }
    const repositories = STACKS.map(
      (stack) => plan(`account ${stack}`).filter(({ type }) => type === "github:index/repository:Repository").length,
    );
    expect(repositories).toEqual([2, 0]);
  });

  it("hold to the policies, but for what their own file excuses with a reason", () => {
    for (const stack of STACKS) {
      const file = join(__dirname, "..", "..", "policy", "stacks", "account", `${stack}.json`);
      const config = JSON.parse(readFileSync(file, "utf8")) as Record<string, RuleConfig>;
      for (const { reason } of Object.values(config)) expect(reason?.length ?? 0).toBeGreaterThan(10);
      const { violations } = judgePlan(rules, plan(`account ${stack}`), config);
      expect(violations.map(({ urn, message }) => `${urn}\n${message}`)).toEqual([]);
    }
  });

  it("have the ceilings and the provider that the stacks' roles name", () => {
    for (const stack of STACKS) {
      const made = new Set(
        plan(`account ${stack}`)
          .filter(({ type }) => type === "aws:iam/policy:Policy")
          .map(({ props }) => String(props["name"])),
      );
      const roles = plan(stack).filter(({ type }) => type === "aws:iam/role:Role");
      const named = new Set(roles.map(({ props }) => String(props["permissionsBoundary"]).split("/").at(-1) ?? ""));
      expect(named.size).toBe(2);
      expect([...named].filter((name) => !made.has(name))).toEqual([]);
    }
  });

  it("write no thing twice: no singleton of an account or repository is in two programs", () => {
    const singletons =
      /accountPublicAccessBlock|encryptionByDefault|accountSettingDefault|accountPasswordPolicy|replicationConfiguration|openIdConnect|actionsRepositoryAccessLevel|actionsRepositoryPermissions|workflowRepositoryPermissions|repositoryRuleset|cloudtrail/;
    for (const stack of STACKS) {
      expect(plan(stack).filter(({ type }) => singletons.test(type))).toEqual([]);
      expect(plan(`account ${stack}`).filter(({ type }) => singletons.test(type)).length).toBeGreaterThan(6);
    }
  });

  it(
    "change nothing when an account is brought up again",
    async () => {
      const again = await captured(home, account).update("up", "production", ["--expect-no-changes"]);
      expect(again.stdout + again.stderr).toContain("unchanged");
      expect(again.exitCode).toBe(0);
    },
    ENGINE,
  );

  it(
    "refuse a second program for an account that has one",
    async () => {
      const stackFiles = scratch("second-account-files");
      mkdirSync(stackFiles, { recursive: true });
      const document = parseDocument(readFileSync(join(account.stackFiles ?? "", "Pulumi.staging.yaml"), "utf8"));
      document.setIn(["config", "aws:allowedAccountIds"], ["123456789012"]);
      document.setIn(["config", "affiliate:accountId"], "123456789012");
      writeFileSync(join(stackFiles, "Pulumi.second.yaml"), document.toString());
      // Without the policies, which would stop it before the cloud is asked: no file excuses this stack of theirs.
      const second = await captured(home, { ...account, stackFiles, policies: false }).update("up", "second");
      expect(second.exitCode).not.toBe(0);
      const printed = (second.stdout + second.stderr).replace(/\s+/g, " ");
      // Whichever is asked for first stops the update.
      expect(printed).toMatch(
        /Provider with url \S+ already exists|Limit exceeded on dimensional spend monitor creation|integration for 123456789012 already exists/,
      );
    },
    ENGINE,
  );
});
