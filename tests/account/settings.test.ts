import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it, vi } from "vitest";
import { accountFile, accountRules, type AccountFile } from "../../account/settings";
import { loadFile } from "../../config";
import { report } from "../../config/faults";
import { judgeBy } from "../../config/judge";
import { readConfig } from "../../config/read";
import { asPulumiConfig } from "../config/stack-files";
import { type Account, accountConfig } from "./program";

function faultsOf(account: Account, changes: Record<string, unknown>): string {
  const { tree, faults } = readConfig(asPulumiConfig({ ...accountConfig(account), ...changes }));
  const verdict = judgeBy<AccountFile>({ schema: accountFile, rules: [accountRules] }, tree, faults);
  return verdict.faults ? report("account/Pulumi.x.yaml", verdict.faults) : "";
}

const platform = {
  name: "affiliate-platform",
  description: "The platform",
  checks: ["tests"],
};

describe("an account's stack file", () => {
  it.each(["production", "staging"] as const)("of %s is right", (account) => {
    expect(faultsOf(account, {})).toBe("");
  });

  const wrong: readonly (readonly [string, Record<string, unknown>, string, string])[] = [
    ["another account", { "aws:allowedAccountIds": ["999999999999"] }, "aws:allowedAccountIds", "123456789012"],
    [
      "tags of another environment",
      { "affiliate:environment": "staging" },
      "aws:defaultTags.tags.Environment",
      "sorted",
    ],
    ["an unprotected record", { "affiliate:protect": false }, "affiliate:protect", "could be deleted by one command"],
    ["a record of a month", { "affiliate:trail": { keepDays: 30 } }, "affiliate:trail.keepDays", "90 to 3650"],
    ["a misspelt block", { "affiliate:trial": { keepDays: 400 } }, "affiliate:trial", "did you mean trail?"],
    [
      "a budget in quotes",
      { "affiliate:costs": { monthlyBudgetUsd: "9000", anomalyUsd: 1, email: ["a@b.jp"] } },
      "affiliate:costs.monthlyBudgetUsd",
      "take the quotes away",
    ],
    ["another organisation", { "github:owner": "somebody" }, "affiliate:github.owner", "would act in somebody"],
    [
      "a file from outside application/",
      {
        "affiliate:github": {
          owner: "affiliate-system",
          platform,
          application: { ...platform, name: "affiliate", files: [{ from: "application/../Pulumi.yaml", to: "x" }] },
        },
      },
      "affiliate:github.application.files[0].from",
      "a path under application/",
    ],
    [
      "a file to outside the repository",
      {
        "affiliate:github": {
          owner: "affiliate-system",
          platform,
          application: { ...platform, name: "affiliate", files: [{ from: "application/Dockerfile", to: "../x" }] },
        },
      },
      "affiliate:github.application.files[0].to",
      "a path in the other repository",
    ],
    [
      "a Datadog site that is none",
      { "affiliate:datadog": { site: "jp.datadoghq.com" } },
      "affiliate:datadog.site",
      "ap1",
    ],
  ];

  it.each(wrong)("with %s: one message that says where and what", (_, changes, key, words) => {
    const message = faultsOf("production", changes);
    expect(message).toContain("has 1 fault;");
    expect(message).toContain(`  ${key}\n`);
    expect(message).toContain(words);
  });

  it("names all its faults at once, and the folder that the file is in", () => {
    const config = { ...accountConfig("staging"), "affiliate:trail": { keepDays: 1 }, "affiliate:accountId": "1" };
    pulumi.runtime.setAllConfig(asPulumiConfig(config));
    vi.spyOn(pulumi, "getStack").mockReturnValue("staging");
    expect(() => loadFile({ schema: accountFile, rules: [accountRules] }, "account")).toThrow(
      /^account\/Pulumi\.staging\.yaml has 2 faults; nothing was created or changed\./,
    );
    vi.restoreAllMocks();
  });
});
