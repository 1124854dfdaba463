import { Failure } from "../failure";
import type { Context } from "../verb";
import type { IncidentStatus } from "./api";
import { nextUpdate, questions, templates, type Words } from "./texts";

export type GivenWords = Partial<Words>;

/** The words of a text: as given by options, asked for on the terminal where they are not. */
export async function wordsFor({ prompt }: Context, status: IncidentStatus, given: GivenWords): Promise<Words> {
  const words: Partial<Record<keyof Words, string>> = {};
  const missing: string[] = [];
  const { asks } = templates[status];
  for (const key of asks) {
    const value = given[key] ?? (key === "next" ? nextUpdate(new Date()) : undefined);
    if (value !== undefined) words[key] = checked(key, value);
    else if (prompt.possible) words[key] = checked(key, (await prompt.line(`${questions[key].asks}: `)).trim());
    else missing.push(questions[key].flags);
  }
  const foreign = (Object.keys(questions) as (keyof Words)[]).filter(
    (key) => given[key] !== undefined && !asks.includes(key),
  );
  if (foreign.length > 0) {
    const flags = foreign.map((key) => questions[key].flags.split(" ")[0]).join(", ");
    throw new Failure("usage", `The text for "${status}" has no place for ${flags}.`);
  }
  if (missing.length > 0) {
    throw new Failure("usage", `The text for "${status}" lacks: ${missing.join(", ")}.`);
  }
  const none = { ja: "", en: "", since: "", until: "", next: "", effectJa: "", effectEn: "", report: "" };
  return { ...none, ...words };
}

function checked(key: keyof Words, value: string): string {
  const { pattern, allowed, flags } = questions[key];
  if (pattern.test(value)) return value;
  throw new Failure("usage", `${flags.split(" ")[0]} is ${JSON.stringify(value)}; allowed: ${allowed}.`);
}

/** Options of a verb that publishes any of these texts. */
export function wordOptions(statuses: readonly IncidentStatus[]): { flags: string; description: string }[] {
  const keys = new Set(statuses.flatMap((status) => templates[status].asks));
  return [...keys].map((key) => ({ flags: questions[key].flags, description: questions[key].asks }));
}
