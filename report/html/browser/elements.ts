/** The element of an id that the page always has. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no #${id}`);
  return element;
}

/** Which of the two languages is shown. */
export const language = (): "en" | "ja" => (document.documentElement.lang === "ja" ? "ja" : "en");
