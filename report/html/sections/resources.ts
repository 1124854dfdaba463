import type { Graph, Resource } from "../graph";
import { shortType } from "../graph";
import { type Marks, SIGNS } from "../marks";
import { html, type Markup, say, tableOf, words } from "../markup";

/** Every resource that a provider makes; the search of the page goes through these rows. */
export function resourcesSection(graph: Graph, marks: Marks): Markup {
  const rows = graph.custom.map((resource) => ({ resource, owner: graph.owner(resource.urn) }));
  rows.sort((a, b) => a.owner.name.localeCompare(b.owner.name) || a.resource.type.localeCompare(b.resource.type));
  return html`<p id="found" role="status" class="muted" data-total="${rows.length}">
      ${say(`${rows.length} resources`, `リソース ${rows.length}件`)}
    </p>
    ${tableOf(
      words("Every resource", "全リソース"),
      [say("resource", "リソース"), say("type", "型"), say("component", "コンポーネント"), say("layer", "層"), ""],
      rows.map(({ resource, owner }) => row(resource, owner.name, owner.layer, marks)),
    )}`;
}

function row({ urn, name, type, protect }: Resource, component: string, layer: string, marks: Marks): Markup {
  const operation = marks.operation(urn);
  return html`<tr
    class="resource"
    data-text="${`${name} ${type} ${component} ${layer}`.toLowerCase()}"
    data-component="${component}"
  >
    <th scope="row">${name}</th>
    <td><code>${shortType(type)}</code></td>
    <td>${component}</td>
    <td><span class="dot layer-${layer}"></span>${layer}</td>
    <td>
      ${operation !== undefined && !marks.first && html`<span class="pill op-${operation}">${SIGNS[operation]} ${operation}</span>`}${
        protect && html`<span class="pill">${say("protected", "保護")}</span>`
      }
    </td>
  </tr>`;
}
