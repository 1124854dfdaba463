import { distance } from "fastest-levenshtein";

/** The known name that was most likely meant, or undefined where none is near. */
export function closest(found: string, known: readonly string[]): string | undefined {
  const folded = found.toLowerCase();
  let best: { name: string; score: number } | undefined;
  for (const name of known) {
    const score = distance(folded, name.toLowerCase());
    if (best === undefined || score < best.score) best = { name, score };
  }
  return best !== undefined && best.score <= Math.max(2, Math.ceil(found.length / 3)) ? best.name : undefined;
}
