import type { Metric } from "../../metrics";
import { type AlarmRule, atLeast, minutes } from "../alarm";

/** Errors of the functions that hand pages to PagerDuty, in both regions. */
export interface PagerErrors {
  readonly home: Metric;
  readonly global: Metric;
}

/** The way a page takes. That the whole of it is alive is for the watcher outside AWS: see heartbeat.ts. */
export function alarmPathRules(pagerErrors: PagerErrors): AlarmRule[] {
  return (["home", "global"] as const).map((where) => ({
    key: where === "home" ? "pager-errors" : "pager-errors-global",
    severity: "critical",
    fault: where === "home" ? "alarm-path" : "alarm-path-global",
    page: "alarm-path",
    en: "A page did not get to PagerDuty: this comes by Slack and mail, and stands for what it could not say",
    ja: "PagerDutyへの通知に失敗しました。この通知はSlackとメールのみで届きます",
    signal: { metric: pagerErrors[where], stat: "Sum" },
    test: atLeast(1, "Count"),
    ...minutes(1),
    missing: "notBreaching",
    unnoticed: 0,
  }));
}
