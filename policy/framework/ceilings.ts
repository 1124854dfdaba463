/**
 * Permissions boundaries, by the names of config/identity.ts. A boundary grants nothing: it may say "all but these", which in a
 * policy that grants would be everything.
 */
export function isCeiling(name: unknown): boolean {
  return typeof name === "string" && /-(workload|deploy)-boundary$/.test(name);
}

/** Of a role's boundary, or of a policy that is attached. */
export function isCeilingArn(arn: unknown, of: "workload" | "deploy" | undefined = undefined): boolean {
  const name = typeof arn === "string" ? (/^arn:aws:iam::\d{12}:policy\/([\w+=,.@-]+)$/.exec(arn)?.[1] ?? "") : "";
  return isCeiling(name) && (of === undefined || name.endsWith(`-${of}-boundary`));
}
