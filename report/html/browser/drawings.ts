/** The lines of the box under the pointer, or with the focus, stand out, and so do the boxes at their other ends. */
export function watchDrawings(): void {
  for (const drawing of document.querySelectorAll(".drawing svg")) {
    const lines = [...drawing.querySelectorAll<SVGElement>(".wire")];
    const boxes = [...drawing.querySelectorAll<SVGElement>(".box")];
    const light = (looked: SVGElement | undefined): void => {
      drawing.classList.toggle("looking", looked !== undefined);
      const own = [looked?.dataset.box, looked?.dataset.within].filter((id) => id !== undefined);
      const ends = new Set<string | undefined>(own.slice(0, 1));
      for (const line of lines) {
        const { from = "", to = "" } = line.dataset;
        const lit = own.includes(from) || own.includes(to);
        line.classList.toggle("lit", lit);
        if (lit) ends.add(own.includes(from) ? to : from);
      }
      for (const box of boxes) box.classList.toggle("lit", ends.has(box.dataset.box) || ends.has(box.dataset.within));
    };
    for (const box of boxes) {
      box.addEventListener("pointerenter", () => light(box));
      box.addEventListener("pointerleave", () => light(undefined));
      box.addEventListener("focus", () => light(box));
      box.addEventListener("blur", () => light(undefined));
    }
  }
}
