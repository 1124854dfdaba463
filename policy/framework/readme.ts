// The table of rules in policy/README.md, from the same data that judges.
import type { Rule } from "./rule";

const TITLES: Readonly<Record<Rule["group"], string>> = {
  encryption: "Encryption",
  backup: "Backup and retention",
  resilience: "Multi-AZ and resilience",
  exposure: "Exposure",
  logging: "Logging",
  monitoring: "Monitoring",
  identity: "Identity",
  containers: "Containers and functions",
  cost: "Cost",
};

export const BEGIN = "<!-- rules: written by `npm run policy:readme` -->";
export const END = "<!-- end of rules -->";

function thresholdsOf(rule: Rule): string {
  const entries = Object.entries(rule.thresholds ?? {});
  return entries
    .map(([name, { default: value }]) => `\`${name}\` = ${Array.isArray(value) ? value.join(", ") : String(value)}`)
    .join("; ");
}

export function rulesTable(rules: readonly Rule[]): string {
  const groups = Object.keys(TITLES) as Rule["group"][];
  const parts = groups.flatMap((group) => {
    const own = rules.filter((rule) => rule.group === group);
    if (own.length === 0) return [];
    const rows = own.map((rule) => {
      const cells = [`\`${rule.name}\``, rule.description, rule.severity, rule.controls.join(", "), thresholdsOf(rule)];
      return `| ${cells.join(" | ")} |`;
    });
    return [
      "",
      `### ${TITLES[group]}`,
      "",
      "| rule | holds when | severity | controls | thresholds |",
      "|---|---|---|---|---|",
      ...rows,
    ];
  });
  return [`${rules.length} rules, all mandatory.`, ...parts].join("\n");
}

/** The page with its table written anew between the marks. */
export function withTable(page: string, rules: readonly Rule[]): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`the page has no ${BEGIN} … ${END}`);
  return `${page.slice(0, from + BEGIN.length)}\n\n${rulesTable(rules)}\n\n${page.slice(to)}`;
}
