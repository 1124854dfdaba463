import { readFileSync } from "node:fs";
import path from "node:path";
import { vi } from "vitest";
import { asPulumiConfig, configOf, ROOT } from "../config/stack-files";
import { record, type Recording } from "../support/mocks";

export const ACCOUNTS = { production: "123456789012", staging: "234567890123" } as const;
export type Account = keyof typeof ACCOUNTS;

export function accountConfig(account: Account): Record<string, unknown> {
  return configOf(readFileSync(path.join(ROOT, "account", `Pulumi.${account}.yaml`), "utf8"));
}

/** The account's program as it is, under mocks, with its stack file or another one. */
export async function accountProgram(
  account: Account,
  config: Record<string, unknown> = accountConfig(account),
): Promise<Recording<unknown>> {
  vi.resetModules();
  return record(() => import("../../account/index"), {
    stack: account,
    accountId: ACCOUNTS[account],
    config: asPulumiConfig(config),
    whole: true,
  });
}
