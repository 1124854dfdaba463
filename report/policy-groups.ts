import type { Rule } from "../policy/framework/rule";
import { type Words, words } from "./html/markup";

/** Titles of the rules' groups, in the order in which they are shown. */
export const policyGroups: Readonly<Record<Rule["group"], Words>> = {
  encryption: words("Encryption", "暗号化"),
  backup: words("Backup and retention", "バックアップと保持期間"),
  resilience: words("Multi-AZ and resilience", "マルチAZと耐障害性"),
  exposure: words("Exposure", "公開範囲"),
  logging: words("Logging", "ログ"),
  monitoring: words("Monitoring", "監視"),
  identity: words("Identity", "権限"),
  containers: words("Containers and functions", "コンテナと関数"),
  cost: words("Cost", "コスト"),
};

export const severities: Readonly<Record<Rule["severity"], Words>> = {
  critical: words("critical", "重大"),
  high: words("high", "高"),
  medium: words("medium", "中"),
  low: words("low", "低"),
};
