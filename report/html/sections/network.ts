import { byDistance, flowsOf, type Flow } from "../flows";
import { type Graph, shortType } from "../graph";
import { html, type Markup, say, tableOf, words } from "../markup";
import type { Place, Places, Tenant } from "../places";

const TIERS: Readonly<Record<string, Markup>> = {
  public: say("public", "パブリック"),
  private: say("private", "プライベート"),
  data: say("data", "データ"),
};

/** Zones across, tiers down. */
export function zonesSection({ zones, tiers, places }: Places): Markup {
  const at = (zone: string, tier: string): readonly Place[] =>
    places.filter((place) => place.zone === zone && place.tier === tier);
  const rows = tiers.map(
    (tier) =>
      html`<tr>
        <th scope="row">${TIERS[tier] ?? tier}</th>
        ${zones.map(
          (zone) =>
            html`<td>
              ${at(zone, tier).map((place) => html`<div class="place"><code>${place.cidr}</code>${chips(place.tenants)}</div>`)}
            </td>`,
        )}
      </tr>`,
  );
  return tableOf(
    words("What stands in which zone and subnet", "ゾーンとサブネットの配置"),
    [say("subnets", "サブネット"), ...zones],
    rows,
  );
}

function chips(tenants: readonly Tenant[]): Markup {
  const endpoints = tenants.filter(({ resource }) => resource.type.includes("vpcEndpoint"));
  const others = tenants.filter(({ resource }) => !resource.type.includes("vpcEndpoint"));
  return html`<ul class="chips">
    ${others.map(({ resource, label }) => html`<li title="${shortType(resource.type)}">${label}</li>`)}${
      endpoints.length > 0 &&
      html`<li>${say(`${endpoints.length} endpoints`, `エンドポイント ${endpoints.length}件`)}</li>`
    }
  </ul>`;
}

/** Sources down, targets across; the port where they meet. */
export function matrixSection(graph: Graph): Markup {
  const flows = flowsOf(graph);
  const ends = (end: "from" | "to") => [...new Set(flows.map((flow) => flow[end]))].sort(byDistance(flows));
  const [sources, targets] = [ends("from"), ends("to")];
  const broken = flows.filter(({ halfOpen }) => halfOpen);
  const rows = sources.map(
    (from) =>
      html`<tr>
        <th scope="row">${from.label}</th>
        ${targets.map((to) => cell(flows.filter((flow) => flow.from === from && flow.to === to)))}
      </tr>`,
  );
  return html`${
      broken.length > 0 &&
      html`<div class="note bad" role="note">
        <strong>${say("Open on one side only: nothing gets through", "片側のみ許可: 通信できません")}</strong>
        <ul>
          ${broken.map(({ from, to, port }) => html`<li>${from.label} → ${to.label} ${port}</li>`)}
        </ul>
      </div>`
    }
    <div class="matrix">
      ${tableOf(
        words("Who may open a connection to whom, by security group", "セキュリティグループごとの通信許可"),
        [say("from \\ to", "送信元 \\ 宛先"), ...targets.map(({ label }) => label)],
        rows,
      )}
    </div>
    <details>
      <summary>${say(`All ${flows.length} ways, with their reasons`, `全${flows.length}経路と理由`)}</summary>
      ${tableOf(
        words("Ways and their reasons", "経路と理由"),
        [say("from", "送信元"), say("to", "宛先"), say("port", "ポート"), say("reason", "理由")],
        flows.map(
          ({ from, to, port, reason }) =>
            html`<tr>
              <th scope="row">${from.label}</th>
              <td>${to.label}</td>
              <td>${port}</td>
              <td>${reason}</td>
            </tr>`,
        ),
      )}
    </details>`;
}

function cell(flows: readonly Flow[]): Markup {
  if (flows.length === 0) return html`<td class="closed"><span aria-hidden="true">·</span></td>`;
  const [broken, reasons] = [flows.some(({ halfOpen }) => halfOpen), flows.map(({ reason }) => reason).join("; ")];
  return html`<td class="${broken ? "broken" : "open"}" title="${reasons}">
    ${flows.map(({ port }) => port).join(", ")}
  </td>`;
}
