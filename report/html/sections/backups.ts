import { type Cover, type Covered, coverageOf } from "../backups";
import { type Graph, shortType } from "../graph";
import { html, type Markup, say, tableOf, type Words, words } from "../markup";

const KEPT_TWICE = /^aws:(rds|dynamodb|s3|elasticache)\//;

/** Stores of data, without keys, secrets and images: what a backup is for. */
export const stores = (covered: readonly Covered[]): readonly Covered[] =>
  covered.filter(({ resource }) => KEPT_TWICE.test(resource.type));

export function backupsSection(graph: Graph): Markup {
  const covered = coverageOf(graph);
  const data = stores(covered);
  const bare = data.filter(({ covers }) => covers.length === 0);
  const others = covered.filter((one) => !data.includes(one));
  return html`${
      bare.length > 0 &&
      html`<div class="note bad" role="note">
        <strong>${say("Kept only once", "バックアップなし")}</strong>:
        ${bare.map(({ resource }) => resource.name).join(", ")}
      </div>`
    }
    ${table(words("Stores of data, and by what each is kept a second time", "データの保管先とバックアップ"), data)}
    <details>
      <summary>
        ${say(`${others.length} keys, secrets and others that cannot be made again`, `作り直せない鍵・シークレットなど ${others.length}件`)}
      </summary>
      ${table(words("Keys, secrets and others", "鍵・シークレットなど"), others)}
    </details>
    <p class="muted">
      ${say(
        "Read from the resources themselves. What tasks dump is in docs/backup.md.",
        "リソースの設定から読み取ったものです。タスクによるダンプは docs/backup.ja.md を参照してください。",
      )}
    </p>`;
}

const table = (caption: Words, covered: readonly Covered[]): Markup =>
  tableOf(
    caption,
    [say("resource", "リソース"), say("kept by", "バックアップ"), say("refuses deletion", "削除防止")],
    covered.map(
      ({ resource, covers, guards }) =>
        html`<tr>
          <th scope="row">${resource.name}<br /><code>${shortType(resource.type)}</code></th>
          <td>${covers.length === 0 ? html`<span class="muted">${say("nothing", "なし")}</span>` : chips(covers)}</td>
          <td>${guards.length === 0 ? "–" : guards.join(", ")}</td>
        </tr>`,
    ),
  );

const chips = (covers: readonly Cover[]): Markup =>
  html`<ul class="chips">
    ${covers.map(
      ({ what, days, region }) =>
        html`<li>
          ${say(what.en, what.ja)}${days !== undefined && html` <b>${say(`${days} days`, `${days}日`)}</b>`}${
            region !== undefined && html` <span class="pill">${region}</span>`
          }
        </li>`,
    )}
  </ul>`;
