const PLACEHOLDER = "[secret]";
/** Shorter texts occur by chance in honest output; what is that short keeps nothing secret. */
const SHORTEST = 4;

/**
 * Takes every secret value that this process has seen out of what it prints, in each encoding of it. Code here does not
 * print secrets; an error message of AWS that quotes a request would.
 */
export class Redactor {
  readonly #forms = new Set<string>();

  /** Called with each secret value before anything else is done with it. */
  learn(value: string): void {
    for (const text of [value, ...value.split(",")]) {
      if (text.length < SHORTEST) continue;
      this.#forms.add(text);
      this.#forms.add(JSON.stringify(text).slice(1, -1));
      this.#forms.add(encodeURIComponent(text));
      this.#forms.add(Buffer.from(text).toString("base64"));
    }
  }

  clean(text: string): string {
    let cleaned = text;
    // Longest first: one value may hold another.
    for (const form of [...this.#forms].sort((a, b) => b.length - a.length)) {
      cleaned = cleaned.replaceAll(form, PLACEHOLDER);
    }
    return cleaned;
  }
}
