import { GLOBAL_REGION } from "../../config/stack";
import type { AlarmRule, CriticalRule, Fault, IncidentPage } from "./alarm";

export interface Composite {
  readonly fault: Fault;
  /** Where its section is, under its fault's name. */
  readonly page: IncidentPage;
  readonly en: string;
  readonly ja: string;
  /** @default the stack's own; a composite reads alarms of its own region only */
  readonly region?: string;
  /** While this one rings, the composite stays quiet. */
  readonly quietDuring?: QuietDuring;
}

export interface QuietDuring {
  readonly fault: Fault;
  /** How long the composite waits for the other to ring too. Part of the time to the page. */
  readonly waitSeconds: number;
}

/**
 * Every page comes from one of these; each critical alarm is in exactly one. What visitors feel is never held back. A
 * cause is, while its effect pages already: somebody is up, and the cause's own alarm is in Slack. Whoever wakes up for a cause
 * alone (a Redis that fills up) is woken again when it comes to an outage.
 */
export const composites: readonly Composite[] = [
  {
    fault: "visitors",
    page: "visitors",
    en: "Visitors get errors, or no answer",
    ja: "利用者にエラーが返っているか、応答がありません",
  },
  {
    fault: "data",
    page: "database",
    en: "Aurora or Redis is about to refuse work",
    ja: "AuroraまたはRedisが処理を拒否する直前の状態です",
    quietDuring: { fault: "visitors", waitSeconds: 30 },
  },
  {
    fault: "background",
    page: "background",
    en: "Jobs are not being done",
    ja: "バックグラウンドジョブが処理されていません",
    quietDuring: { fault: "visitors", waitSeconds: 10 },
  },
  {
    fault: "backups",
    page: "backups",
    en: "Today's logical dump of the database has not come about",
    ja: "本日のデータベース論理ダンプが取得できていません",
    quietDuring: { fault: "visitors", waitSeconds: 10 },
  },
  {
    fault: "edge",
    page: "edge",
    en: "The site cannot be reached from outside",
    ja: "外部からサイトに到達できません",
    region: GLOBAL_REGION,
  },
  {
    fault: "alarm-path",
    page: "alarm-path",
    en: "Pages do not get through",
    ja: "オンコール通知が届いていません",
  },
  {
    fault: "alarm-path-global",
    page: "alarm-path",
    en: "Pages from us-east-1 do not get through",
    ja: "us-east-1からのオンコール通知が届いていません",
    region: GLOBAL_REGION,
  },
];

export function compositeOf(fault: Fault): Composite {
  const found = composites.find((composite) => composite.fault === fault);
  if (found === undefined) throw new Error(`No composite pages for ${fault}`);
  return found;
}

export const isCritical = (rule: AlarmRule): rule is CriticalRule => rule.severity === "critical";

/** The composites that have something to page about, each with its alarms, and those that it waits for before it. */
export function compositesOf(rules: readonly AlarmRule[]): readonly (Composite & { readonly rules: CriticalRule[] })[] {
  const critical = rules.filter(isCritical);
  return composites
    .map((composite) => ({ ...composite, rules: critical.filter(({ fault }) => fault === composite.fault) }))
    .filter((composite) => composite.rules.length > 0);
}
