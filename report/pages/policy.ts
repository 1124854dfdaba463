// docs/reference/policy: what every update must hold, how to mend what does not, and what staging may do besides.
import { readFileSync } from "node:fs";
import path from "node:path";
import { REPOSITORY_ROOT } from "../../config/root";
import type { Rule } from "../../policy/framework/rule";
import { inJapanese } from "../../policy/japanese";
import { relaxations as reasonsJa } from "../../policy/japanese/relaxations";
import { rules } from "../../policy/rules";
import { policyGroups, severities } from "../policy-groups";
import { code, head, type Language, tableOf } from "./page";

const WORDS = {
  en: {
    title: "Policies",
    lead: `${rules.length} rules judge every \`preview\` and \`up\`; all are mandatory. How they work, and how a rule is written: [policy/README.md](../../policy/README.md). An exemption names the resource, the reason, its owner and a last day.`,
    heads: ["rule", "holds when", "severity", "how to mend it", "controls"],
    staging: "What staging may do besides",
    stagingHeads: ["rule", "set to", "reason"],
    exemption: "An exemption, in `policy/stacks/<stack>.json`:",
  },
  ja: {
    title: "ポリシーリファレンス",
    lead: `すべての \`preview\` と \`up\` は ${rules.length}件のルールで判定されます。すべて必須です。仕組みとルールの書き方: [policy/README.md](../../policy/README.md)。例外にはリソース、理由、責任者、期限を書きます。`,
    heads: ["ルール", "満たす条件", "重大度", "直し方", "統制"],
    staging: "stagingで緩めているもの",
    stagingHeads: ["ルール", "設定", "理由"],
    exemption: "例外の書き方(`policy/stacks/<スタック名>.json`):",
  },
} as const;

/** As it stands in a stack's file. */
export const exemptionExample = {
  "s3-versioning": {
    exemptions: [
      { resource: "buckets-assets", reason: "Built anew by each release.", owner: "platform", until: "2027-03-31" },
    ],
  },
} as const;

export function policyPage(language: Language): string {
  const { title, lead, heads, staging, stagingHeads, exemption } = WORDS[language];
  const groups = (Object.keys(policyGroups) as Rule["group"][]).flatMap((group) => {
    const own = rules.filter((rule) => rule.group === group);
    if (own.length === 0) return [];
    const rows = own.map((rule) => {
      const { description, mend } = language === "ja" ? inJapanese(rule) : rule;
      return [code(rule.name), description, severities[rule.severity][language], mend, rule.controls.join(", ")];
    });
    return [`## ${policyGroups[group][language]}`, "", ...tableOf(heads, rows)];
  });
  return [
    ...head("policy", language, title, "policy/rules"),
    lead,
    "",
    exemption,
    "",
    "```json",
    JSON.stringify(exemptionExample, null, 2),
    "```",
    "",
    ...groups,
    `## ${staging}`,
    "",
    ...tableOf(stagingHeads, relaxations("staging", language)),
  ].join("\n");
}

function relaxations(stack: string, language: Language): string[][] {
  const file = path.join(REPOSITORY_ROOT, "policy", "stacks", `${stack}.json`);
  const content = JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, unknown>>;
  return Object.entries(content).map(([rule, { reason, enforcementLevel, ...thresholds }]) => [
    code(rule),
    [
      ...(enforcementLevel === undefined ? [] : [String(enforcementLevel as string)]),
      ...Object.entries(thresholds).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
    ].join("; "),
    language === "ja" ? (reasonsJa[stack]?.[rule] ?? "") : String(reason as string),
  ]);
}
