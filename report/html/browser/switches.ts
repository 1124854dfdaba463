import { byId, language } from "./elements";

const SPOKEN = ["aria-label", "placeholder", "title"] as const;

function show(chosen: "en" | "ja"): void {
  document.documentElement.lang = chosen;
  for (const attribute of SPOKEN) {
    for (const element of document.querySelectorAll(`[data-${attribute}-${chosen}]`)) {
      element.setAttribute(attribute, element.getAttribute(`data-${attribute}-${chosen}`) ?? "");
    }
  }
  document.dispatchEvent(new Event("language"));
}

/** The reader's own language first. */
export function watchLanguage(): void {
  show(navigator.language.startsWith("ja") ? "ja" : "en");
  byId("language", HTMLButtonElement).addEventListener("click", () => show(language() === "en" ? "ja" : "en"));
}

/** The system's theme until somebody chooses. */
export function watchTheme(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  byId("theme", HTMLButtonElement).addEventListener("click", () => {
    const now = root.dataset.theme ?? (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
  });
}
