// The comment of a pull request: what each stack's update would do, what would be lost on top.
import { COMMENT_LIMIT, code, fenced, folded, plain, table } from "./markdown";
import { type Change, type Finding, nameOf, type Operation, type Plan } from "./plan";
import type { PropertyChange } from "./properties";

/** By which the comment is found again, and edited instead of written anew. */
export const MARKER = "<!-- affiliate-platform:plan -->";

export interface CommentOptions {
  /** Who answered the plan: `simulated cloud`, `real providers, no account`, `AWS`. */
  readonly source: string;
  /** The commit that was planned. @default none */
  readonly commit?: string;
  /** Where the whole run can be read. @default none */
  readonly runUrl?: string;
  /** By stack, where its HTML report is. @default none */
  readonly reports?: ReadonlyMap<string, string>;
  /** By stack, what changes and what needs it, as {@link changesDiagram} draws it. @default none */
  readonly diagrams?: ReadonlyMap<string, string>;
  /** Characters. @default GitHub's 65,536 */
  readonly limit?: number;
}

const SIGNS: Readonly<Record<Operation, string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
  import: "=",
  refresh: "≠",
};
const COLUMNS: readonly Operation[] = ["create", "update", "replace", "delete"];
/** Characters of one value: a policy document is read in the code, and not here. */
const VALUE_LIMIT = 160;
/** Resources of one operation that are listed by name; a first update has hundreds. */
const CREATED_LIMIT = 400;

export function renderComment(plans: readonly Plan[], options: CommentOptions): string {
  const limit = options.limit ?? COMMENT_LIMIT;
  const head = [MARKER, "## Plan / 変更計画", "", overview(plans), "", ...drawnWhole(plans, options.reports)];
  const facts = [`Source / 出典: ${plain(options.source)}`];
  if (options.commit !== undefined) facts.push(`commit ${code(options.commit.slice(0, 12))}`);
  if (options.runUrl !== undefined) facts.push(`[log](${options.runUrl})`);
  const losses = plans.flatMap((plan) => lossesOf(plan));
  const first = [...head, ...losses, ...plans.flatMap(trouble), ...plans.flatMap(policyOf)];
  const last = ["", `<sub>${facts.join(" · ")}</sub>`, ""];
  // What is lost and what is refused is never cut; the lists of resources are, from the end.
  const room = limit - [...first, ...last].join("\n").length;
  const sections = plans.flatMap((plan) => [...drawnOf(plan, options.diagrams), changesOf(plan)]);
  return [...first, ...fitting(sections, room), ...last].join("\n");
}

function overview(plans: readonly Plan[]): string {
  const drifted = plans.some(({ changes }) => changes.some(({ operation }) => operation === "refresh"));
  const columns = drifted ? [...COLUMNS, "refresh" as const] : COLUMNS;
  const names = columns.map((operation) => `${SIGNS[operation]} ${operation === "refresh" ? "drift" : operation}`);
  const header = ["", ...names, "same", "policy / ポリシー"];
  const rows = plans.map((plan) => [
    `**${plain(plan.stack)}**`,
    ...columns.map((operation) => String(plan.changes.filter((change) => change.operation === operation).length)),
    String(plan.same),
    verdict(plan),
  ]);
  return table(header, rows);
}

/** To the whole plan as a page: who may talk to whom, backups, times. */
function drawnWhole(plans: readonly Plan[], reports: CommentOptions["reports"]): string[] {
  const links = plans.flatMap(({ stack }) => {
    const url = reports?.get(stack);
    return url === undefined ? [] : [`[${plain(stack)}](${url})`];
  });
  return links.length === 0 ? [] : [`Report, drawn / 図入りレポート (HTML): ${links.join(" · ")}`, ""];
}

function verdict({ rules, violations, exemptions, errors }: Plan): string {
  if (violations.length > 0) return `❌ ${violations.length} violations / 違反 ${violations.length} 件`;
  if (errors.length > 0) return "❌ failed / 失敗";
  if (rules === 0) return "⚠️ no pack judged / ポリシー未適用";
  const exempt = exemptions.length === 0 ? "" : `, ${exemptions.length} exempt / 例外 ${exemptions.length} 件`;
  return `✅ ${rules} rules${exempt}`;
}

function lossesOf({ stack, changes }: Plan): string[] {
  const lost = changes.filter(({ stateful, operation }) => stateful && ["replace", "delete"].includes(operation));
  if (lost.length === 0) return [];
  return [
    `### ⚠️ ${plain(stack)}: data would be replaced or deleted / データが置換・削除されます (${lost.length})`,
    "",
    ...lost.map((change) => {
      const why = change.properties.filter(({ replaces }) => replaces).map(arrow);
      return `- **${change.operation}** ${code(change.name)} (${code(change.type)})${why.length > 0 ? `: ${why.join(", ")}` : ""}`;
    }),
    "",
  ];
}

const arrow = ({ path, before, after }: PropertyChange): string =>
  `${code(path)} ${code(short(before))} → ${code(short(after))}`;

function trouble({ stack, errors, warnings }: Plan): string[] {
  const lines: string[] = [];
  if (errors.length > 0) {
    lines.push(`### ❌ ${plain(stack)}: errors / エラー`, "", fenced(errors.flatMap((error) => error.split("\n"))), "");
  }
  if (warnings.length > 0) {
    const text = fenced(warnings.flatMap((warning) => warning.split("\n")));
    lines.push(folded(`${plain(stack)}: warnings / 警告 (${warnings.length})`, text), "");
  }
  return lines;
}

function policyOf({ stack, violations, exemptions, advice, postponed }: Plan): string[] {
  const lines: string[] = [];
  if (violations.length > 0) {
    lines.push(`### ❌ ${plain(stack)}: policy / ポリシー違反`, "");
    for (const finding of violations) lines.push(`**${plain(finding.rule)}** ${about(finding)}`, "", said(finding), "");
  }
  const minor = [
    ...exemptions.map((finding) => `- ${about(finding)}: ${plain(finding.message)}`),
    ...advice.map((finding) => `- **${plain(finding.rule)}** ${about(finding)}: ${plain(finding.message)}`),
    ...(postponed > 0
      ? [
          `- ${postponed} judgements need values that are known at the update, and are made then / ` +
            `${postponed} 件の判定は値が確定する更新時に行われます`,
        ]
      : []),
  ];
  if (minor.length > 0) {
    lines.push(folded(`${plain(stack)}: exemptions and notes / 例外と注記 (${minor.length})`, minor.join("\n")), "");
  }
  return lines;
}

const about = ({ urn }: Finding): string => (urn === undefined ? "" : code(nameOf(urn)));
const said = ({ message }: Finding): string => fenced(message.split("\n"));

function drawnOf({ stack }: Plan, diagrams: CommentOptions["diagrams"]): string[] {
  const diagram = diagrams?.get(stack);
  if (diagram === undefined) return [];
  return [`${folded(`${plain(stack)}: what changes, and what needs it / 変更箇所とそれに依存するもの`, diagram)}\n`];
}

function changesOf({ stack, changes }: Plan): string {
  if (changes.length === 0) return `**${plain(stack)}**: no changes / 変更なし\n`;
  const lines: string[] = [];
  let component: string | undefined;
  // A first update makes hundreds: the names are enough, and after those the count.
  const created = changes.filter(({ operation }) => operation === "create").length;
  let named = 0;
  for (const change of changes) {
    if (change.operation === "create" && ++named > CREATED_LIMIT) continue;
    if (change.component !== component) lines.push(`# ${change.component}`);
    component = change.component;
    lines.push(...linesOf(change));
  }
  if (created > CREATED_LIMIT) lines.push(`# and ${created - CREATED_LIMIT} more to create`);
  return `${folded(`<b>${plain(stack)}</b>: ${changes.length} changes / 変更 ${changes.length} 件`, fenced(lines, "diff"))}\n`;
}

/** In GitHub's diff colours: the first character of a line is its colour. */
function linesOf({ operation, name, type, properties }: Change): string[] {
  const colour = { create: "+", delete: "-", replace: "-", update: "!", import: "+", refresh: "!" }[operation];
  const lines = [`${colour} ${SIGNS[operation]} ${name} (${type}) ${operation}`];
  if (operation === "create") return lines;
  for (const { path, kind, replaces, before, after } of properties) {
    const note = replaces ? "   # forces replacement" : "";
    if (kind !== "add") lines.push(`-     ${path}: ${short(before)}${kind === "delete" ? note : ""}`);
    if (kind !== "delete") lines.push(`+     ${path}: ${short(after)}${note}`);
  }
  return lines;
}

function short(value: string | undefined): string {
  if (value === undefined) return "(none)";
  return value.length <= VALUE_LIMIT ? value : `${value.slice(0, VALUE_LIMIT)}… (${value.length} characters)`;
}

function fitting(sections: readonly string[], room: number): string[] {
  const cut =
    "_The lists of resources are too long for a comment; the log has them. / 一覧は長すぎるため、ログを参照してください。_";
  const kept: string[] = [];
  let left = room - cut.length - 1;
  for (const section of sections) {
    if (section.length + 1 > left) return [...kept, cut];
    kept.push(section);
    left -= section.length + 1;
  }
  return kept;
}
