// The page: one file that fetches nothing. Its policy allows this very script and style, by their digests, and no more.
import { createHash } from "node:crypto";
import { planOf } from "../plan";
import { architectureOf } from "./architecture";
import type { Assets } from "./assets";
import { dependencyBoxes } from "./dependencies";
import { detectionOf } from "./detection";
import { draw } from "./drawing";
import { place } from "./layout";
import { Marks } from "./marks";
import { html, type Markup, Markup as Raw, say, spoken, type Words, words } from "./markup";
import { placesOf } from "./places";
import { backupsSection } from "./sections/backups";
import { changesSection } from "./sections/changes";
import { matrixSection, zonesSection } from "./sections/network";
import { policySection } from "./sections/policy";
import { resourcesSection } from "./sections/resources";
import { summary } from "./sections/summary";
import { detectionSection, timelineSection } from "./sections/times";
import type { Source } from "./sources";
import { timelineOf } from "./timeline";

interface Section {
  readonly id: string;
  readonly title: Words;
  readonly lead?: Words;
  readonly body: Markup;
}

/** From left to right, a visitor's way. */
const ACROSS = {
  "elk.direction": "RIGHT",
  "elk.layered.mergeEdges": "true",
  "elk.spacing.nodeNode": "14",
  "elk.layered.spacing.nodeNodeBetweenLayers": "44",
  "elk.spacing.edgeEdge": "8",
  "elk.spacing.edgeNode": "12",
};
/** From what is needed down to what needs it. */
const DOWN = {
  "elk.direction": "DOWN",
  "elk.layered.mergeEdges": "true",
  "elk.spacing.nodeNode": "16",
  "elk.layered.spacing.nodeNodeBetweenLayers": "36",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
};

export const SECTIONS = [
  "changes",
  "architecture",
  "zones",
  "dependencies",
  "traffic",
  "policy",
  "backups",
  "detection",
  "timeline",
  "resources",
] as const;

export async function renderPage(source: Source, assets: Assets): Promise<string> {
  const sections = await sectionsOf(source);
  const plan = planOf(source.events, source.stack);
  const tiles = summary(plan, source.graph, timelineOf(source.graph), detectionOf(source.graph, source.events));
  const title = `${source.stack} – ${plan.preview ? "plan" : "update"}`;
  const digest = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = `default-src 'none'; script-src ${digest(assets.script)}; style-src ${digest(assets.style)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        ${new Raw(`<style>${assets.style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#main">${say("To the content", "本文へ")}</a>
        ${header(source, sections, plan.preview)}
        <main id="main" tabindex="-1">
          ${tiles}
          ${sections.map(
            ({ id, title: heading, lead, body }) =>
              html`<section id="${id}" aria-labelledby="${id}-title">
                <h2 id="${id}-title">${say(heading.en, heading.ja)}</h2>
                ${lead !== undefined && html`<p class="lead">${say(lead.en, lead.ja)}</p>`}${body}
              </section> `,
          )}
        </main>
        ${new Raw(`<script>${assets.script}</script>`)}
      </body>
    </html> `.text;
}

function header({ stack, cloud, at }: Source, sections: readonly Section[], preview: boolean): Markup {
  const time = `${new Date(at.getTime() + 9 * 3_600_000).toISOString().slice(0, 16).replace("T", " ")} JST`;
  return html`<header>
    <div class="bar">
      <h1>${stack}</h1>
      <span class="pill ${preview ? "" : "done"}">${preview ? say("plan", "計画") : say("update", "更新")}</span>
      ${
        cloud === "simulated"
          ? html`<span class="pill simulated">${say("simulated cloud", "模擬クラウド")}</span>`
          : html`<span class="pill real">AWS</span>`
      }
      <time datetime="${at.toISOString()}">${time}</time>
      <span class="grow"></span>
      <input
        type="search"
        id="search"
        autocomplete="off"
        spellcheck="false"
        ${spoken("aria-label", words("Search resources", "リソースを検索"))}
        ${spoken("placeholder", words("Search resources  ( / )", "リソースを検索 ( / )"))}
      />
      <button type="button" id="language" ${spoken("aria-label", words("日本語で表示", "Show in English"))}>
        ${say("日本語", "English")}
      </button>
      <button type="button" id="theme" ${spoken("aria-label", words("Switch light and dark", "明暗を切り替え"))}>
        <span aria-hidden="true">◐</span>
      </button>
    </div>
    <nav ${spoken("aria-label", words("Sections", "目次"))}>
      <ul>
        ${sections.map(({ id, title }) => html`<li><a href="#${id}">${say(title.en, title.ja)}</a></li>`)}
      </ul>
    </nav>
  </header>`;
}

async function sectionsOf(source: Source): Promise<readonly Section[]> {
  const { graph, events } = source;
  const plan = planOf(events, source.stack);
  const marks = new Marks(plan);
  const places = placesOf(graph);
  const architecture = architectureOf(graph, places, marks);
  const dependencies = dependencyBoxes(graph, marks);
  const [front, needs] = [
    await place(architecture.boxes, architecture.lines, ACROSS),
    await place(dependencies.boxes, dependencies.lines, DOWN),
  ];
  const bodies: Readonly<Record<(typeof SECTIONS)[number], Omit<Section, "id">>> = {
    changes: {
      title: plan.preview ? words("What would change", "変更内容") : words("What changed", "変更内容"),
      body: changesSection(plan),
    },
    architecture: {
      title: words("Architecture", "構成"),
      lead: words(
        "Drawn from the plan: a line is a connection that security groups let pass. A click on a box searches its resources.",
        "計画のリソースから描いた図です。線はセキュリティグループが許可する通信です。箱を選ぶとそのリソースを検索します。",
      ),
      body: draw(front, "front", words("Architecture", "構成図")),
    },
    zones: { title: words("Zones and subnets", "ゾーンとサブネット"), body: zonesSection(places) },
    dependencies: {
      title: words("What needs what", "依存関係"),
      lead: words(
        "The program's components; a line leads from what is needed to what needs it. What follows from other lines is left out.",
        "プログラムのコンポーネントです。線は依存される側から依存する側へ引かれ、他の線から分かるものは省いています。",
      ),
      body: draw(needs, "needs", words("Dependencies of components", "コンポーネントの依存関係図")),
    },
    traffic: { title: words("Who may talk to whom", "通信許可"), body: matrixSection(graph) },
    policy: { title: words("Policy", "ポリシー"), body: policySection(plan) },
    backups: { title: words("Backups", "バックアップ"), body: backupsSection(graph) },
    detection: {
      title: words("From fault to page", "障害検知までの時間"),
      body: detectionSection(detectionOf(graph, events)),
    },
    timeline: {
      title: words("From nothing to all of it", "構築のタイムライン"),
      body: timelineSection(timelineOf(graph)),
    },
    resources: { title: words("Resources", "リソース一覧"), body: resourcesSection(graph, marks) },
  };
  return SECTIONS.map((id) => ({ id, ...bodies[id] }));
}
