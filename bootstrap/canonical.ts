/** JSON with sorted keys and without absent ones, so that two spellings of one setting compare equal. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}

/** Whether two policies say the same: AWS may answer one text as a list of one, and `{ AWS: "*" }` as `*`. */
export function samePolicy(one: unknown, other: unknown): boolean {
  return canonical(plainPolicy(one)) === canonical(plainPolicy(other));
}

function plainPolicy(value: unknown): unknown {
  if (Array.isArray(value)) {
    const entries = value.map(plainPolicy);
    if (entries.length === 1) return entries[0];
    return entries.every((entry) => typeof entry === "string") ? [...entries].sort() : entries;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, plainPolicy(entry)] as const);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === "AWS" && only[1] === "*") return "*";
  return Object.fromEntries(entries);
}
