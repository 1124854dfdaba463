import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import type { Statement } from "../policy-document";

/** A key as a statement of a policy names it. */
export type KeyReference = Pick<Statement, "conditions"> & Required<Pick<Statement, "resources">>;

/**
 * A key of another stack, whose id is not known here: each key of the account in that region that bears the
 * alias. An alias itself is no resource of a policy for the use of a key.
 */
export function keyByAlias(stack: StackFacts, alias: string, region = stack.region): KeyReference {
  return {
    resources: arn(stack, "kms", "key/*", { region }),
    conditions: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": alias } },
  };
}
