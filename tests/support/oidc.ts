// STS's decision on a workflow's token, by the trust policy's own words: no more of IAM than those policies use.
import type { ReadStatement } from "./policies";

export interface Token {
  /** The issuer's provider in the account, by which STS finds the role's trust. */
  readonly provider: string;
  readonly aud: string;
  readonly sub: string;
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** Whether a statement's conditions hold. Unknown operators throw: silence would be a yes. */
function conditionsHold(statement: ReadStatement, claims: Readonly<Record<string, string>>): boolean {
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) => {
    if (operator !== "StringEquals") throw new Error(`The evaluation knows StringEquals only, found ${operator}`);
    // All keys must match; of a key's values one. Exact and case-sensitive; a key that the token lacks matches nothing.
    return Object.entries(keys).every(([key, values]) => {
      const claim = claims[key.toLowerCase()];
      return claim !== undefined && listOf(values).includes(claim);
    });
  });
}

/** AssumeRoleWithWebIdentity: some statement allows it, and none denies it. */
export function mayAssume(trust: readonly ReadStatement[], { provider, aud, sub }: Token): boolean {
  const host = provider.slice(provider.indexOf("oidc-provider/") + "oidc-provider/".length);
  const claims = { [`${host}:aud`]: aud, [`${host}:sub`]: sub };
  const meant = trust.filter(
    (statement) =>
      listOf(statement.Action).includes("sts:AssumeRoleWithWebIdentity") &&
      statement.Principal !== undefined &&
      statement.Principal !== "*" &&
      listOf(statement.Principal.Federated).includes(provider) &&
      conditionsHold(statement, claims),
  );
  return meant.some(({ Effect }) => Effect === "Allow") && !meant.some(({ Effect }) => Effect === "Deny");
}
