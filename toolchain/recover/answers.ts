import type { Answers } from "./search";

/** What a person says on the command line of what cannot be looked up. */
export interface AnswerFlags {
  /** "<urn>=<id>" */
  readonly adopt: readonly string[];
  readonly forget: readonly string[];
}

export function answersOf({ adopt, forget }: AnswerFlags): Answers {
  return {
    adopt: new Map(
      adopt.map((pair) => {
        // An id may hold "=", a URN never does.
        const at = pair.indexOf("=");
        const [urn, id] = [urnOf(pair.slice(0, at === -1 ? pair.length : at), "--adopt"), pair.slice(at + 1)];
        if (at === -1 || id === "")
          throw new Error(`--adopt "${pair}": the id is missing. Wanted: --adopt '<urn>=<id>'`);
        return [urn, id];
      }),
    ),
    forget: new Set(forget.map((urn) => urnOf(urn, "--forget"))),
  };
}

function urnOf(text: string, flag: string): string {
  if (/^urn:pulumi:[^:]+::[^:]+::.+::.+$/.test(text)) return text;
  throw new Error(`${flag} "${text}": not a URN. They are printed as urn:pulumi:<stack>::<project>::<type>::<name>`);
}
