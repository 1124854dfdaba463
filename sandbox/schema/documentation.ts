// What the providers' documentation says in prose about one argument. The wordings are the Terraform providers' habits.

const REPLACES = [
  /forc(?:es?|ing) (?:a |the )?(?:new resource|creation of a new|replacement|recreation|re-creation|re-create|destroy)/i,
  /forc(?:es?|ing) (?:a |the )?(?:new |different )?\w+ (?:to be )?(?:re)?created?/i,
  /(?:cannot|can't|can not) be (?:changed|updated|modified) (?:after|once)/i,
  /chang(?:e|es|ing)\b[^.]{0,60}\b(?:will |would )?(?:creates? a new|recreates?|re-creates?|replaces?|triggers? (?:a )?replacement)/i,
];
// "To force a new deployment", "does not force new resource": the opposite of what the words above suggest.
const NOT = /(?:not|without|n't) (?:be )?forc/i;

export function forcesReplacement(documentation: string): boolean {
  return !NOT.test(documentation) && REPLACES.some((pattern) => pattern.test(documentation));
}

/** The literal after "Defaults to `…`"; undefined where it is prose or another argument. */
export function documentedDefault(documentation: string): string | number | boolean | undefined {
  const found =
    /\b(?:defaults? (?:to|is|value is|value of)|default:)\s+(?:`+"?([^`"]*)"?`+|(true|false)\b|(\d+)\b)/i.exec(
      documentation,
    );
  const text = found?.[1] ?? found?.[2] ?? found?.[3];
  if (text === undefined) return undefined;
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
