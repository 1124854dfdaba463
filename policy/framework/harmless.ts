// Reasons that several claims share.

/** Of a policy document: without one nothing is allowed; the claims name documents that must be caught. */
export const emptyDocument = {
  drop: "without a policy nothing is allowed",
  empty: "without statements nothing is allowed",
} as const;

/** A document of one statement, for claims to name bad ones. */
export function documentOf(statement: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}
