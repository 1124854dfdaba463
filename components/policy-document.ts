import * as pulumi from "@pulumi/pulumi";

/** One value or several; an order means nothing to AWS. */
export type Values = pulumi.Input<string> | readonly pulumi.Input<string>[];

export interface Principals {
  readonly AWS?: Values;
  readonly Service?: Values;
  readonly Federated?: Values;
}

/** One statement of an IAM, resource or trust policy. */
export interface Statement {
  /** Letters and digits, unique in the document: says what the statement is for. */
  readonly sid: string;
  /** @default "Allow" */
  readonly effect?: "Allow" | "Deny";
  /** Only in resource and trust policies. */
  readonly principals?: "*" | Principals;
  /** One of `actions` and `notActions`. */
  readonly actions?: readonly string[];
  /** All actions but these: for boundaries, which grant nothing, and for denials. */
  readonly notActions?: readonly string[];
  /** Not in trust policies. */
  readonly resources?: Values;
  /** All resources but these: for denials. */
  readonly notResources?: Values;
  /** Operator → key → values, as in `{ StringEquals: { "aws:SourceAccount": "123456789012" } }`. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, Values>>>>;
}

/**
 * An IAM policy as JSON in one canonical form: keys in a fixed order, lists sorted and without doubles, a list of one
 * written as a string (the way AWS gives it back), statements in the order given. Two programs that mean the same
 * policy write the same text, so that an update shows no difference where there is none.
 *
 * The text is known at preview as far as its parts are: give ARNs built from plain names where policies judge it.
 */
export function policyDocument(statements: readonly Statement[]): pulumi.Output<string> {
  check(statements);
  // Inputs sit at every depth of a statement; unwrapped, they are plain strings.
  const plain = pulumi.output(statements as unknown) as pulumi.Output<readonly PlainStatement[]>;
  return plain.apply((resolved) => JSON.stringify({ Version: "2012-10-17", Statement: resolved.map(canonical) }));
}

/** A trust policy: these services may assume the role, only on behalf of this account's resources. */
export function serviceTrust(service: string, conditions: Statement["conditions"] = undefined): pulumi.Output<string> {
  return policyDocument([
    { sid: "Assume", principals: { Service: service }, actions: ["sts:AssumeRole"], ...(conditions && { conditions }) },
  ]);
}

type PlainValues = string | readonly string[];

interface PlainStatement {
  readonly sid: string;
  readonly effect?: "Allow" | "Deny";
  readonly principals?: "*" | Readonly<Record<string, PlainValues | undefined>>;
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly resources?: PlainValues;
  readonly notResources?: PlainValues;
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, PlainValues>>>>;
}

function canonical(statement: PlainStatement): Record<string, unknown> {
  const { sid, effect = "Allow", principals, actions, notActions, resources, notResources, conditions } = statement;
  return {
    Sid: sid,
    Effect: effect,
    ...(principals !== undefined && { Principal: principals === "*" ? "*" : sorted(principals, list) }),
    ...(actions !== undefined && { Action: list(actions) }),
    ...(notActions !== undefined && { NotAction: list(notActions) }),
    ...(resources !== undefined && { Resource: list(resources) }),
    ...(notResources !== undefined && { NotResource: list(notResources) }),
    ...(conditions !== undefined && { Condition: sorted(conditions, (keys) => sorted(keys, list)) }),
  };
}

function list(values: PlainValues): PlainValues {
  if (typeof values === "string") return values;
  const unique = [...new Set(values)].sort();
  const [only] = unique;
  return unique.length === 1 && only !== undefined ? only : unique;
}

function sorted<V, W>(record: Readonly<Record<string, V | undefined>>, map: (value: V) => W): Record<string, W> {
  const entries: [string, W][] = [];
  for (const key of Object.keys(record).sort()) {
    const value = record[key];
    if (value !== undefined) entries.push([key, map(value)]);
  }
  return Object.fromEntries(entries);
}

/** What IAM would refuse with MalformedPolicyDocument in the middle of an update. */
function check(statements: readonly Statement[]): void {
  const faults: string[] = [];
  if (statements.length === 0) faults.push("it has no statement");
  const seen = new Set<string>();
  for (const { sid, principals, resources, notResources, ...statement } of statements) {
    const actions = statement.actions ?? statement.notActions ?? [];
    if (!/^[A-Za-z0-9]+$/.test(sid)) faults.push(`sid "${sid}" may hold letters and digits only`);
    if (seen.has(sid)) faults.push(`sid "${sid}" is there twice`);
    seen.add(sid);
    if (actions.length === 0) faults.push(`statement "${sid}" names no action`);
    if (statement.actions !== undefined && statement.notActions !== undefined) {
      faults.push(`statement "${sid}" names actions and notActions`);
    }
    if (resources !== undefined && notResources !== undefined) {
      faults.push(`statement "${sid}" names resources and notResources`);
    }
    if (Array.isArray(resources) && resources.length === 0) faults.push(`statement "${sid}" names no resource`);
    if (principals === undefined && resources === undefined && notResources === undefined) {
      faults.push(`statement "${sid}" names neither principals nor resources`);
    }
  }
  if (faults.length > 0) throw new pulumi.RunError(`A policy document is not valid: ${faults.join("; ")}.`);
}
