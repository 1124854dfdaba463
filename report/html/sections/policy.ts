import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { inJapanese } from "../../../policy/japanese";
import { relaxations } from "../../../policy/japanese/relaxations";
import { rules } from "../../../policy/rules";
import { policyGroups, severities } from "../../policy-groups";
import type { Finding, Plan } from "../../plan";
import { nameOf } from "../graph";
import { both, html, type Markup, say, tableOf, type Words, words } from "../markup";

export function policySection(plan: Plan): Markup {
  const { violations, exemptions, postponed } = plan;
  const set = settingsOf(plan.stack);
  return html`${verdict(plan)}
    ${
      violations.length > 0 &&
      html`<ul class="plain">
        ${violations.map(
          (finding) =>
            html`<li class="note bad">
              <strong>${finding.rule}</strong> ${about(finding)} ${inOwnWords(finding)}
              <pre>${finding.message}</pre>
            </li>`,
        )}
      </ul>`
    }
    <h3>${say("Exemptions in force", "有効な例外")}</h3>
    ${
      exemptions.length === 0
        ? html`<p>${say("None: no resource is let pass.", "ありません。")}</p>`
        : html`<ul>
            ${exemptions.map((finding) => html`<li>${about(finding)}: ${finding.message}</li>`)}
          </ul>`
    }
    <h3>${say("What this stack may do besides", "このスタックで緩めているもの")}</h3>
    ${set.length === 0 ? html`<p>${say("Nothing: it is held to every rule's own thresholds.", "ありません。すべてのルールが既定のしきい値で判定されます。")}</p>` : relaxed(set)}
    ${
      postponed > 0 &&
      html`<p class="muted">
        ${say(
          `${postponed} judgements need values that are known at the update, and are made then.`,
          `${postponed}件の判定は値が確定する更新時に行われます。`,
        )}
      </p>`
    }
    ${groups(violations)}`;
}

function verdict({ rules: judged, violations }: Plan): Markup {
  if (judged === 0)
    return html`<p class="note bad" role="note">
      ${say("No policy pack judged this run.", "ポリシーパックは適用されていません。")}
    </p>`;
  if (violations.length > 0) {
    return html`<p class="note bad" role="note">
      <strong
        >${say(`${violations.length} violations: the update is refused.`, `違反 ${violations.length}件: 更新は拒否されます。`)}</strong
      >
    </p>`;
  }
  return html`<p class="calm">
    ${say(`${judged} mandatory rules judged the whole plan, and nothing breaks one.`, `必須ルール ${judged}件で計画全体を判定し、違反はありません。`)}
  </p>`;
}

const about = ({ urn }: Finding): Markup => html`${urn !== undefined && html`<code>${nameOf(urn)}</code>`}`;

/** The message of a violation is English, as the engine prints it. */
function inOwnWords({ rule: name }: Finding): Markup {
  const rule = rules.find((one) => one.name === name);
  if (rule === undefined) return html``;
  const { description, mend } = inJapanese(rule);
  return html`<div lang="ja">
    <p>${description}</p>
    <p>直し方: ${mend.replaceAll("`", "")}</p>
  </div>`;
}

interface Setting {
  readonly rule: string;
  readonly what: string;
  readonly reason: Words;
}

/** The stack's own file of thresholds; one without is held to the rules' defaults. */
function settingsOf(stack: string): readonly Setting[] {
  const file = path.join(__dirname, "..", "..", "..", "policy", "stacks", `${stack}.json`);
  if (!existsSync(file)) return [];
  const content = JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, unknown>>;
  return Object.entries(content).map(([rule, { reason = "", exemptions: _, enforcementLevel, ...thresholds }]) => ({
    rule,
    what: [
      ...(enforcementLevel === undefined ? [] : [String(enforcementLevel as string)]),
      ...Object.entries(thresholds).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
    ].join("; "),
    reason: words(String(reason as string), relaxations[stack]?.[rule] ?? String(reason as string)),
  }));
}

const relaxed = (settings: readonly Setting[]): Markup =>
  tableOf(
    words("Rules that this stack sets otherwise", "このスタックで設定を変えているルール"),
    [say("rule", "ルール"), say("set to", "設定"), say("reason", "理由")],
    settings.map(
      ({ rule, what, reason }) =>
        html`<tr>
          <th scope="row"><code>${rule}</code></th>
          <td>${what}</td>
          <td>${both(reason)}</td>
        </tr>`,
    ),
  );

function groups(violations: readonly Finding[]): Markup {
  const broken = new Set(violations.map(({ rule }) => rule));
  return html`${Object.entries(policyGroups).map(([group, title]) => {
    const own = rules.filter((rule) => rule.group === group);
    if (own.length === 0) return undefined;
    const bad = own.filter(({ name }) => broken.has(name)).length;
    return html`<details>
      <summary>
        <b>${say(title.en, title.ja)}</b> <span class="pill">${say(`${own.length} rules`, `${own.length}件`)}</span>${
          bad > 0 && html` <span class="pill op-delete">${say(`${bad} broken`, `違反 ${bad}件`)}</span>`
        }
      </summary>
      ${tableOf(
        title,
        [
          say("rule", "ルール"),
          say("holds when", "満たす条件"),
          say("severity", "重大度"),
          say("controls", "対応する統制"),
        ],
        own.map(
          (rule) =>
            html`<tr>
              <th scope="row"><code>${rule.name}</code></th>
              <td>${say(rule.description, inJapanese(rule).description)}</td>
              <td>${both(severities[rule.severity])}</td>
              <td>${rule.controls.join(", ")}</td>
            </tr>`,
        ),
      )}
    </details>`;
  })}`;
}
