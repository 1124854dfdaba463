import type { IncidentPage } from "./alarm";

export interface RunbookEntry {
  readonly page: IncidentPage;
  readonly anchor?: string | undefined;
  readonly key?: string;
  readonly fault?: string;
}

/** Addresses of what to do about an alarm, in both languages. Headings are the keys themselves, so anchors never change. */
export function runbookLinks(entry: RunbookEntry, runbookUrl: string): { readonly en: string; readonly ja: string } {
  const anchor = entry.anchor ?? entry.key ?? entry.fault ?? "";
  const file = `${runbookUrl}/docs/incident/${entry.page}`;
  return { en: `${file}.md#${anchor}`, ja: `${file}.ja.md#${anchor}` };
}
