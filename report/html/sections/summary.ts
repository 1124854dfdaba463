import { DETECTION_LIMIT_SECONDS } from "../../../components/monitoring/detection";
import type { DetectionTold } from "../../../components/monitoring/detection-table";
import type { Plan } from "../../plan";
import { coverageOf } from "../backups";
import { componentsOf } from "../dependencies";
import type { Graph } from "../graph";
import { loses, SIGNS } from "../marks";
import { html, type Markup, say, type Words, words } from "../markup";
import type { Timeline } from "../timeline";
import { stores } from "./backups";
import { clock, late, limitOf } from "./times";

interface Tile {
  readonly to: string;
  readonly title: Words;
  readonly value: string;
  readonly note: Words;
  readonly state: "good" | "bad" | "plain";
}

export function summary(plan: Plan, graph: Graph, timeline: Timeline, detection: readonly DetectionTold[]): Markup {
  return html`<ul class="tiles">
    ${tilesOf(plan, graph, timeline, detection).map(
      ({ to, title, value, note, state }) =>
        html`<li>
          <a href="#${to}" class="tile ${state}"
            ><span class="what">${say(title.en, title.ja)}</span> <span class="value">${value}</span
            ><span class="note-line">${say(note.en, note.ja)}</span></a
          >
        </li>`,
    )}
  </ul>`;
}

function tilesOf(plan: Plan, graph: Graph, timeline: Timeline, detection: readonly DetectionTold[]): readonly Tile[] {
  const { changes, violations, exemptions, rules, same, errors } = plan;
  const lost = changes.filter(loses).length;
  const counts = Object.entries(SIGNS).flatMap(([operation, sign]) => {
    const count = changes.filter((change) => change.operation === operation).length;
    return count === 0 ? [] : [`${sign}${count}`];
  });
  const kept = stores(coverageOf(graph));
  const bare = kept.filter(({ covers }) => covers.length === 0).length;
  const paging = detection.filter(({ severity }) => severity === "critical");
  const tooLate = paging.filter(late);
  // What is late comes first; then those that visitors wait for, not what is made once a day.
  const slowest = (
    tooLate.length > 0 ? tooLate : paging.filter((one) => limitOf(one) === DETECTION_LIMIT_SECONDS)
  ).sort((a, b) => b.seconds - a.seconds)[0];
  return [
    {
      to: "changes",
      title: plan.preview ? words("Would change", "変更予定") : words("Changed", "変更"),
      value: errors.length > 0 ? "✕" : counts.length === 0 ? "0" : counts.join(" "),
      note: words(`${same} stay as they are`, `変更なし ${same}件`),
      state: errors.length > 0 ? "bad" : "plain",
    },
    {
      to: "changes",
      title: words("Stores of data at risk", "失われるデータ"),
      value: String(lost),
      note: words("replaced or deleted", "置換または削除"),
      state: lost > 0 ? "bad" : "good",
    },
    {
      to: "policy",
      title: words("Policy", "ポリシー"),
      value: violations.length > 0 ? `✕ ${violations.length}` : rules === 0 ? "–" : "✓",
      note: words(`${rules} rules, ${exemptions.length} exempt`, `ルール ${rules}件・例外 ${exemptions.length}件`),
      state: violations.length > 0 || rules === 0 ? "bad" : "good",
    },
    {
      to: "dependencies",
      title: words("Resources", "リソース"),
      value: String(graph.custom.length),
      note: words(`in ${componentsOf(graph).length} components`, `コンポーネント ${componentsOf(graph).length}個`),
      state: "plain",
    },
    {
      to: "backups",
      title: words("Stores kept twice", "バックアップ済み"),
      value: `${kept.length - bare} / ${kept.length}`,
      note: words("databases, caches, buckets", "データベース・キャッシュ・バケット"),
      state: bare > 0 ? "bad" : "good",
    },
    ...(slowest === undefined
      ? []
      : [
          {
            to: "detection",
            title: words("Slowest page", "最も遅い呼び出し"),
            value: clock(slowest.seconds),
            note: words("minutes after a total fault", "全面障害からの分:秒"),
            state: late(slowest) ? ("bad" as const) : ("good" as const),
          },
        ]),
    {
      to: "timeline",
      title: words("From nothing", "ゼロからの構築"),
      value: clock(timeline.total),
      note: words("minutes, estimated", "分:秒(見積もり)"),
      state: "plain",
    },
  ];
}
