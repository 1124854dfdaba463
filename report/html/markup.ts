// HTML and SVG as text in which nothing that a plan holds can become a tag; and every word of it in two languages.

/** Text that is markup already. */
export class Markup {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

type Piece = Markup | string | number | false | undefined | readonly Piece[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

function render(piece: Piece): string {
  if (piece === undefined || piece === false) return "";
  if (piece instanceof Markup) return piece.text;
  return Array.isArray(piece) ? piece.map(render).join("") : escaped(String(piece));
}

/** A tagged template: what is put in is escaped unless it is markup; lists are joined; `false` and `undefined` are nothing. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(String.raw({ raw: strings }, ...pieces.map(render)));
}

/** A sentence in both languages. */
export interface Words {
  readonly en: string;
  readonly ja: string;
}

export const words = (en: string, ja: string): Words => ({ en, ja });

/** Both are in the page; the switch shows one. */
export const both = ({ en, ja }: Words): Markup => html`<span lang="en">${en}</span><span lang="ja">${ja}</span>`;
export const say = (en: string, ja: string): Markup => both({ en, ja });

/** Inside SVG, where there is no span. */
export const sayInSvg = ({ en, ja }: Words): Markup =>
  html`<tspan lang="en">${en}</tspan><tspan lang="ja">${ja}</tspan>`;

/** An attribute that is read and not seen: the switch writes it anew. English until the script has run. */
export const spoken = (attribute: "aria-label" | "placeholder" | "title", { en, ja }: Words): Markup =>
  new Markup(
    `${attribute}="${escaped(en)}" data-${attribute}-en="${escaped(en)}" data-${attribute}-ja="${escaped(ja)}"`,
  );

/** A word that may stand in an id. */
export const idOf = (text: string): string => text.replace(/[^A-Za-z0-9-]+/g, "-");

export function tableOf(caption: Words, heads: readonly (Markup | string)[], rows: readonly Markup[]): Markup {
  return html`<div class="scroll" tabindex="0" role="region" ${spoken("aria-label", caption)}>
    <table>
      <caption class="visually-hidden">
        ${both(caption)}
      </caption>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
