import { byId, language } from "./elements";

/** Every word must be in a row; the boxes of the drawings whose component has such a row are lit. */
export function watchSearch(): void {
  const field = byId("search", HTMLInputElement);
  const found = byId("found", HTMLElement);
  const rows = [...document.querySelectorAll<HTMLElement>(".resource")];
  const boxes = [...document.querySelectorAll<SVGElement>("[data-search]")];

  const search = (): void => {
    const wanted = field.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    const hits = rows.filter((row) => {
      const hit = wanted.every((word) => row.dataset.text?.includes(word));
      row.hidden = !hit;
      return hit;
    });
    const components = new Set(hits.map((row) => row.dataset.component));
    for (const box of boxes) {
      const name = box.dataset.search ?? "";
      const lit = components.has(name) || (field.value !== "" && name === field.value);
      box.classList.toggle("dimmed", wanted.length > 0 && !lit);
    }
    found.textContent = sentence(hits.length, rows.length);
  };
  field.addEventListener("input", search);
  document.addEventListener("language", search);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") byId("resources", HTMLElement).scrollIntoView();
    if (event.key === "Escape") {
      field.value = "";
      search();
    }
  });
  document.addEventListener("keydown", (event) => {
    const elsewhere = !(event.target instanceof HTMLInputElement);
    if (event.key === "/" && elsewhere && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      field.focus();
    }
  });
  for (const box of boxes) {
    box.addEventListener("click", () => {
      field.value = box.dataset.search ?? "";
      search();
    });
  }
  search();
}

function sentence(hits: number, all: number): string {
  if (language() === "ja") return hits === all ? `リソース ${all}件` : `${all}件中 ${hits}件`;
  return hits === all ? `${all} resources` : `${hits} of ${all} resources`;
}
