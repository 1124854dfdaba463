import type { IncidentPage } from "./alarm";

/** An alarm by its key, or a composite by its fault. */
export type RunbookEntry =
  { readonly page: IncidentPage; readonly key: string } | { readonly page: IncidentPage; readonly fault: string };

/** The heading of what to do about it. A composite's is its fault's, an alarm's its own: anchors never change by themselves. */
export const sectionOf = (entry: RunbookEntry): string => ("key" in entry ? entry.key : entry.fault);

/** Addresses of it, in both languages. */
export function runbookLinks(entry: RunbookEntry, runbookUrl: string): { readonly en: string; readonly ja: string } {
  const file = `${runbookUrl}/docs/incident/${entry.page}`;
  const section = sectionOf(entry);
  return { en: `${file}.md#${section}`, ja: `${file}.ja.md#${section}` };
}
