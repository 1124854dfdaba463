import type { Change, Plan } from "../../plan";
import type { PropertyChange } from "../../properties";
import { shortType } from "../graph";
import { loses, Marks, SIGNS } from "../marks";
import { html, type Markup, say, type Words, words } from "../markup";

const OPERATIONS: Readonly<Record<Change["operation"], Words>> = {
  create: words("create", "作成"),
  update: words("update", "更新"),
  replace: words("replace", "置換"),
  delete: words("delete", "削除"),
  import: words("import", "取り込み"),
  refresh: words("drift", "ドリフト"),
};
/** Characters of one value: a policy document is read in the code. */
const VALUE_LIMIT = 240;

export function changesSection(plan: Plan): Markup {
  const { changes, errors, warnings } = plan;
  const lost = changes.filter(loses);
  const { first } = new Marks(plan);
  return html`${
    errors.length > 0 &&
    html`<div class="note bad" role="note">
      <strong>${say("The run failed", "実行は失敗しました")}</strong>
      <pre>${errors.join("\n\n")}</pre>
    </div>`
  }
  ${lossesOf(lost, plan.preview)}
  ${
    warnings.length > 0 &&
    html`<details>
      <summary>${say(`${warnings.length} warnings`, `警告 ${warnings.length}件`)}</summary>
      <pre>${warnings.join("\n\n")}</pre>
    </details>`
  }
  ${first && everything(plan)}
  ${changes.length === 0 ? html`<p class="calm">${say("No changes: the stack is what the program says.", "変更はありません。スタックはプログラムどおりです。")}</p>` : first ? undefined : byComponent(changes)}`;
}

/** Where each resource is made for the first time, the names are in the list of resources. */
function everything({ changes, preview }: Plan): Markup {
  const components = new Map<string, number>();
  for (const { component } of changes) components.set(component, (components.get(component) ?? 0) + 1);
  return html`<p>
      ${
        preview
          ? say(
              `The first update: it would make all ${changes.length} resources.`,
              `最初の更新です。リソース ${changes.length}件がすべて作成されます。`,
            )
          : say(
              `The first update: it made all ${changes.length} resources.`,
              `最初の更新です。リソース ${changes.length}件をすべて作成しました。`,
            )
      }
    </p>
    <ul class="chips">
      ${[...components].map(([name, count]) => html`<li>${name} <b>+${count}</b></li>`)}
    </ul>`;
}

function lossesOf(lost: readonly Change[], preview: boolean): Markup {
  if (lost.length === 0) {
    return html`<p class="calm">
      ${say("No store of data is replaced or deleted.", "データを持つリソースの置換・削除はありません。")}
    </p>`;
  }
  return html`<div class="note bad" role="note">
    <strong
      >${
        preview
          ? say(
              `${lost.length} stores of data would be replaced or deleted`,
              `データを持つリソース ${lost.length}件が置換・削除されます`,
            )
          : say(
              `${lost.length} stores of data were replaced or deleted`,
              `データを持つリソース ${lost.length}件が置換・削除されました`,
            )
      }</strong
    >
    <ul>
      ${lost.map(
        (change) =>
          html`<li>
            <b>${SIGNS[change.operation]} ${change.name}</b>
            <code>${shortType(change.type)}</code>
            ${change.properties.filter(({ replaces }) => replaces).map((property) => html`<br />${arrow(property)}`)}
          </li>`,
      )}
    </ul>
  </div>`;
}

function byComponent(changes: readonly Change[]): Markup {
  const groups = new Map<string, Change[]>();
  for (const change of changes) groups.set(change.component, [...(groups.get(change.component) ?? []), change]);
  return html`${[...groups].map(([component, own]) => {
    const counted = Object.entries(OPERATIONS).flatMap(([operation, name]) => {
      const count = own.filter((change) => change.operation === operation).length;
      return count === 0
        ? []
        : [
            html`<span class="pill op-${operation}"
              >${SIGNS[operation as Change["operation"]]} ${count} ${say(name.en, name.ja)}</span
            >`,
          ];
    });
    return html`<details class="changes">
      <summary><b>${component}</b> ${counted}</summary>
      <ul class="plain">
        ${own.map(changeItem)}
      </ul>
    </details>`;
  })}`;
}

function changeItem({ operation, name, type, properties }: Change): Markup {
  const head = html`<span class="pill op-${operation}">${SIGNS[operation]}</span> ${name}
    <code>${shortType(type)}</code>`;
  if (operation === "create" || properties.length === 0) return html`<li>${head}</li>`;
  return html`<li>
    ${head}
    <ul class="plain properties">
      ${properties.map(
        (property) =>
          html`<li>
            ${arrow(property)}${
              property.replaces &&
              html` <span class="pill op-replace">${say("forces replacement", "置換が必要")}</span>`
            }
          </li>`,
      )}
    </ul>
  </li>`;
}

const arrow = ({ path, before, after }: PropertyChange): Markup =>
  html`<code>${path}</code>: <del>${short(before)}</del> → <ins>${short(after)}</ins>`;

function short(value: string | undefined): string {
  if (value === undefined) return "(none)";
  return value.length <= VALUE_LIMIT ? value : `${value.slice(0, VALUE_LIMIT)}… (${value.length})`;
}
