import { DETECTION_LIMIT_SECONDS } from "../../../components/monitoring/detection";
import type { DetectionTold } from "../../../components/monitoring/detection-table";
import { shortType } from "../graph";
import { html, type Markup, say, tableOf, words } from "../markup";
import type { Span, Timeline } from "../timeline";

export const clock = (seconds: number): string =>
  seconds < 3600
    ? `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, "0")}`
    : `${Math.floor(seconds / 3600)} h ${String(Math.round((seconds % 3600) / 60)).padStart(2, "0")} min`;

/** From the first to the last second of the whole; a share of 1000 wide. */
function bar(begins: number, ends: number, total: number, kind: string, limit?: number): Markup {
  const x = (value: number): number => Math.round((value / total) * 10_000) / 10;
  return html`<svg class="bar" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">
    <rect class="${kind}" x="${x(begins)}" y="1" width="${Math.max(2, x(ends) - x(begins))}" height="10" rx="2" />
    ${limit !== undefined && html`<path class="limit" d="M${x(limit)} 0v12" />`}
  </svg>`;
}

/** Rows beside the critical ones. */
const OTHERS = 16;

export function timelineSection({ spans, total, sum, critical }: Timeline): Markup {
  const long = [...spans].sort((a, b) => b.ends - b.begins - (a.ends - a.begins)).slice(0, OTHERS);
  const shown = [...new Set([...critical, ...long])].sort((a, b) => a.begins - b.begins || a.ends - b.ends);
  const row = (span: Span): Markup =>
    html`<tr class="${span.critical ? "critical" : "beside"}">
      <th scope="row">
        ${span.resource.name}
        <code>${shortType(span.resource.type)}</code
        >${span.critical && html` <span class="pill">${say("critical", "クリティカル")}</span>`}
      </th>
      <td class="number">${clock(span.begins)}</td>
      <td class="number">${clock(span.ends - span.begins)}</td>
      <td class="wide">${bar(span.begins, span.ends, total, span.critical ? "critical" : "beside")}</td>
    </tr>`;
  return html`<p>
      ${say(
        `From nothing, the whole platform would take about ${clock(total)} minutes, and ${clock(sum)} one after another: ${critical.length} resources decide it.`,
        `ゼロから作ると全体で約 ${clock(total)} 分(順番に作れば ${clock(sum)})。${critical.length}個のリソースで決まります。`,
      )}
    </p>
    <p class="muted">
      ${say(
        "Durations are estimates that no page of AWS confirms (sandbox/providers/aws/times.ts); the order is the graph's own.",
        "所要時間は AWS の資料で確認できない見積もりです(sandbox/providers/aws/times.ts)。順序はグラフのとおりです。",
      )}
    </p>
    ${tableOf(
      words("The critical path, and what is slow beside it", "クリティカルパスと時間のかかるリソース"),
      [say("resource", "リソース"), say("begins", "開始"), say("takes", "所要"), ""],
      shown.map(row),
    )}`;
}

export const limitOf = ({ withinSeconds }: DetectionTold): number => withinSeconds ?? DETECTION_LIMIT_SECONDS;
export const late = (one: DetectionTold): boolean => one.seconds > limitOf(one);
/** A bar ends beyond its limit's line, so that what is late is seen to be. */
const BEYOND = 1.15;

export function detectionSection(rows: readonly DetectionTold[]): Markup {
  if (rows.length === 0) {
    return html`<p class="muted">${say("This run tells of no alarm.", "この実行にはアラームの情報がありません。")}</p>`;
  }
  const paging = rows.filter(({ severity }) => severity === "critical").sort((a, b) => b.seconds - a.seconds);
  const others = rows
    .filter(({ severity }) => severity !== "critical")
    .sort((a, b) => a.seconds - b.seconds || a.name.localeCompare(b.name));
  const row = (one: DetectionTold): Markup =>
    html`<tr>
      <th scope="row">${one.name}</th>
      <td>${one.by}</td>
      <td class="number">${clock(one.seconds)}</td>
      <td class="number beside-it">${clock(limitOf(one))}</td>
      <td class="wide">
        ${bar(0, Math.min(one.seconds, limitOf(one) * BEYOND), limitOf(one) * BEYOND, late(one) ? "late" : "critical", limitOf(one))}
      </td>
    </tr>`;
  return html`<p>
      ${say(
        "At worst, from a total fault until somebody is paged. The line is each alarm's limit: five minutes, or a day and a little for what is made once a day.",
        "全面障害から呼び出しまでの最悪値です。線は各アラームの上限です(5分。1日1回のものは1日強)。",
      )}
    </p>
    ${tableOf(
      words("What pages, and when", "呼び出しまでの時間"),
      [
        say("alarm", "アラーム"),
        say("by", "検知元"),
        say("min:s", "分:秒"),
        html`<span class="beside-it">${say("limit", "上限")}</span>`,
        "",
      ],
      paging.map(row),
    )}
    <details>
      <summary>
        ${say(`${others.length} that wait for office hours`, `営業時間に対応するもの ${others.length}件`)}
      </summary>
      ${tableOf(
        words("Warnings and information", "警告と情報"),
        [say("alarm", "アラーム"), say("by", "検知元"), say("severity", "重大度"), say("after", "検知まで")],
        others.map(
          ({ name, by, severity, seconds }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${by}</td>
              <td>${severity}</td>
              <td class="number">${clock(seconds)}</td>
            </tr>`,
        ),
      )}
    </details>`;
}
