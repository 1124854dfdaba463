import type { StackOutputs } from "./outputs";

/**
 * What the operator's verbs act on: the part of a stack's outputs that the program also publishes as an SSM parameter,
 * so that a rollback at night needs neither the state's bucket nor Pulumi. No secret value is among them.
 */
export const targetKeys = [
  "environment",
  "region",
  "accountId",
  "hostnames",
  "network",
  "database",
  "images",
  "cluster",
  "services",
  "tasks",
  "loadBalancer",
  "deploymentAlarms",
  "releaseGate",
  "maintenance",
] as const satisfies readonly (keyof StackOutputs)[];

export type Targets = Pick<StackOutputs, (typeof targetKeys)[number]>;

/** Parts of the parameter's name, for the namer: `/affiliate/production/operations/targets`. */
export const targetsParameter = ["operations", "targets"] as const;

/** Bytes that Parameter Store keeps in its free tier (PutParameter). */
const STANDARD_TIER = 4096;

/** The targets among a stack's outputs; values may still be outputs themselves. */
export function targetsOf<Outputs extends Readonly<Record<keyof Targets, unknown>>>(
  outputs: Outputs,
): Pick<Outputs, keyof Targets> {
  return Object.fromEntries(targetKeys.map((key) => [key, outputs[key]])) as Pick<Outputs, keyof Targets>;
}

/**
 * The parameter's value. The advanced tier would take twice as much, costs by the month, and cannot be left again without
 * a new parameter: what no longer fits is a reason to look at what is published.
 */
export function targetsText(targets: Targets): string {
  const text = JSON.stringify(targets);
  const bytes = Buffer.byteLength(text);
  if (bytes <= STANDARD_TIER) return text;
  throw new Error(
    `The operator's targets come to ${bytes} bytes; a parameter of the standard tier takes ${STANDARD_TIER}. ` +
      "Take out of config/targets.ts what no verb reads.",
  );
}
