// What an account's stack file says: the keys under `affiliate:` in account/Pulumi.<stack>.yaml.
import type { z } from "zod";
import type { RuleSet } from "../config";
import { block, decimal, flag, integer, list, oneOf, text } from "../config/schema/fields";
import { accountId, aws, protect } from "../config/schema/stack";
import { github } from "./github-settings";

const mail = text(/^[^\s@]+@[^\s@]+\.[a-z]{2,}$/, "a mail address", "costs@affiliate-system.com");

const trail = block({
  /**
   * Days that the record of every call to AWS is kept, and cannot be deleted.
   * @default 400
   */
  keepDays: integer({ min: 90, max: 3650, unit: "days", example: 400 }).default(400),
}).default({ keepDays: 400 });

const costs = block({
  /** What a month should cost at the most. Source: AWS Budgets bills and counts in US dollars. */
  monthlyBudgetUsd: decimal({ min: 1, max: 10_000_000, unit: "US dollars", example: 9000 }),
  /** What one anomaly must cost to be told about. */
  anomalyUsd: integer({ min: 1, max: 1_000_000, unit: "US dollars", example: 100 }),
  /**
   * The monitor of all services that AWS made by itself when Cost Explorer was switched on: an account can have one only.
   * `aws ce get-anomaly-monitors` names it.
   * @default one is made
   */
  anomalyMonitorArn: text(
    /^arn:aws:ce::\d{12}:anomalymonitor\/[0-9a-f-]{36}$/,
    "the ARN of a cost anomaly monitor",
    "arn:aws:ce::123456789012:anomalymonitor/01234567-89ab-cdef-0123-456789abcdef",
  ).optional(),
  /** Who is told; each address has to confirm. */
  email: list(mail, { min: 1, max: 10, of: "mail addresses", example: ["costs@affiliate-system.com"] }),
});

const slack = block({
  /** For which Amazon Q Developer in chat applications was authorised in this account's console, by hand. */
  workspaceId: text(/^T[A-Z0-9]{7,20}$/, "a Slack id: T, letters, digits", "T0123456789"),
  /** A channel that no stack of the platform uses: one takes one configuration. */
  channel: text(/^[CG][A-Z0-9]{7,20}$/, "a Slack id: C or G, letters, digits", "C0123456784"),
});

const datadog = block({
  /** Where the organisation lives; `datadog:apiUrl` names the same place. */
  site: oneOf([
    "ap1.datadoghq.com",
    "ap2.datadoghq.com",
    "datadoghq.com",
    "us3.datadoghq.com",
    "us5.datadoghq.com",
    "datadoghq.eu",
  ]),
  /**
   * CloudWatch's metrics in Datadog. Off, the account is known there and nothing is collected.
   * @default true
   */
  metrics: flag(true).default(true),
});

export const accountFile = block({
  /** The platform's environment that lives in this account. */
  environment: oneOf(["production", "staging"]),
  accountId,
  protect,
  trail,
  costs,
  /**
   * Where images are copied to as they are pushed, for recovery.
   * @default nowhere
   */
  imagesTo: oneOf(["ap-northeast-3"], "Osaka").optional(),
  /**
   * Costs in a channel.
   * @default by mail only
   */
  slack: slack.optional(),
  /**
   * The account in Datadog.
   * @default none
   */
  datadog: datadog.optional(),
  /**
   * The repositories' settings. GitHub is there once, whatever the accounts: one account's stack has this, no other.
   * @default this account's stack leaves GitHub alone
   */
  github: github.optional(),
  aws,
});

export type AccountFile = z.infer<typeof accountFile>;

export const accountRules: RuleSet<AccountFile> = (file) => {
  const planOnly = () => file.aws.skipRequestingAccountId === true;
  return [
    {
      path: ["aws", "allowedAccountIds"],
      holds: () => planOnly() || (file.aws.allowedAccountIds ?? []).includes(file.accountId),
      problem: () => `nothing would keep this from being done to another account than ${file.accountId}`,
      allowed: () => "a list with affiliate:accountId in it",
      example: () => [file.accountId],
    },
    {
      path: ["aws", "defaultTags", "tags", "Environment"],
      holds: () => file.aws.defaultTags?.tags["Environment"] === file.environment,
      problem: () => "costs and policies are sorted by this tag",
      allowed: () => "the value of affiliate:environment",
      example: () => file.environment,
    },
    {
      path: ["protect"],
      holds: () => file.protect,
      problem: () => "the record of who did what could be deleted by one command",
      allowed: () => "true",
      example: () => true,
    },
  ];
};
