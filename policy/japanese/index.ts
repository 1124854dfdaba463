// The rules in Japanese: for the reference and the report. The pack itself speaks English, as the engine does.
import { backup } from "./backup";
import { containers } from "./containers";
import { cost } from "./cost";
import { encryption } from "./encryption";
import { exposure } from "./exposure";
import { identity } from "./identity";
import { logging } from "./logging";
import { monitoring } from "./monitoring";
import { resilience } from "./resilience";
import type { RuleText, Texts } from "./text";

export const japanese: Texts = {
  encryption,
  backup,
  resilience,
  exposure,
  logging,
  monitoring,
  identity,
  containers,
  cost,
};

/** Of any rule. @throws {Error} when it has no Japanese text */
export function inJapanese({ name, group }: { readonly name: string; readonly group: keyof Texts }): RuleText {
  const text = japanese[group][name];
  if (text === undefined) throw new Error(`${name} has no text in policy/japanese/${group}.ts`);
  return text;
}
