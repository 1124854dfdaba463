import type { Settings } from "../../../config";
import { runbookLinks } from "../runbook";
import type { MonitorRule } from "./monitors";

/** Who can be told, in Datadog's own ways. */
export type Listener = "onCall" | "engineering" | "pagerDuty";

type Ways = Pick<NonNullable<Settings["datadog"]>, "slack" | "pagerDuty">;

/** `@slack-affiliate-oncall`, `@pagerduty-affiliate-production`; nobody, where the stack file has no such way. */
export function handle(listener: Listener, { slack, pagerDuty }: Ways, pagerDutyService: string): string | undefined {
  if (listener === "pagerDuty") return pagerDuty ? `@pagerduty-${pagerDutyService}` : undefined;
  return slack && `@slack-${slack.account}-${slack[listener]}`;
}

const VALUE =
  "{{#is_alert}}現在値 {{value}}、しきい値 {{threshold}} / now {{value}}, threshold {{threshold}}{{/is_alert}}";
const NO_DATA = "{{#is_no_data}}データが届いていません / no data comes in{{/is_no_data}}";

export interface MessageArgs extends Ways {
  /** In Datadog's PagerDuty integration. */
  readonly pagerDutyService: string;
  /** Where the repository's files can be read. */
  readonly runbookUrl: string;
}

/** What people read: the runbook's sentence first; whether it began or is over; what to do; who is told, both times. */
export function message(rule: MonitorRule, args: MessageArgs): string {
  const { ja, en } = runbookLinks({ page: rule.page, key: rule.anchor }, args.runbookUrl);
  const told = rule.tells.flatMap((listener) => handle(listener, args, args.pagerDutyService) ?? []);
  return [
    rule.ja,
    rule.en,
    // A test from outside has no value.
    ...(rule.kind === "synthetic" ? [] : [VALUE]),
    ...(rule.kind === "metric" && rule.onMissingData !== "resolve" ? [NO_DATA] : []),
    "{{#is_recovery}}復旧しました / recovered{{/is_recovery}}",
    `手順: ${ja}`,
    `Runbook: ${en}`,
    ...(told.length === 0 ? [] : [told.join(" ")]),
  ].join("\n");
}

/** Whoever is told again, because nobody has mended it. */
export function escalation(rule: MonitorRule): string {
  return `まだ続いています: ${rule.ja}\nStill so: ${rule.en}`;
}
