// What a rule is: data first, then its check.
import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import type { JudgedType, PropsOf } from "./judged";
import type { Planned, StackView } from "./planned";

export type Group =
  "encryption" | "backup" | "resilience" | "exposure" | "logging" | "monitoring" | "identity" | "containers" | "cost";
export type Severity = "low" | "medium" | "high" | "critical";

/** What is wrong at one property of one resource. */
export interface Finding {
  /** The property, as it is written in the program: `storageEncrypted`, `rules[0].expiration.days`. */
  readonly path: string;
  /** What the plan says; `undefined` where nothing is given. */
  readonly found: unknown;
  /** What is wanted, in words or as a value. */
  readonly required: string;
  /** What AWS does with what was found, where that is not plain from the value. */
  readonly because?: string;
}

/** A finding of a stack rule, on the resource that is to be changed; without one, on the stack itself. */
export interface StackFinding extends Finding {
  readonly resource?: Planned;
}

export interface RuleData {
  /** Unique, kebab-case, with the service first: `rds-cluster-encrypted`. */
  readonly name: string;
  readonly group: Group;
  /** One sentence that states what holds when the rule passes. */
  readonly description: string;
  readonly severity: Severity;
  /** Control ids that the rule answers: AWS Foundational Security Best Practices (`FSBP RDS.27`) and the CIS AWS benchmark (`CIS 2.2.1`). */
  readonly controls: readonly string[];
  /** What to change, and where in this repository. */
  readonly mend: string;
  /** The thresholds that a stack may set, with the strictest as defaults: production needs no file. */
  readonly thresholds?: Readonly<Record<string, Threshold>>;
}

export type Threshold = PolicyConfigJSONSchema & { readonly default: number | string | boolean | readonly string[] };

/** What a check may ask besides the properties. */
export interface Context {
  readonly resource: Planned;
  /** A numeric threshold of this rule, as configured or its default. Throws on a name that the rule does not declare. */
  number(name: string): number;
  /** A list of words of this rule, as configured or its default. */
  words(name: string): readonly string[];
}

export interface StackContext {
  number(name: string): number;
  words(name: string): readonly string[];
}

/** How the mutation run breaks a property. */
export type Mutation = "drop" | "flip" | "zero" | "one" | "other" | "empty";

/**
 * A property that a rule answers for. The mutation run breaks it in every way that its kind of value allows, and each must
 * be caught; so a rule does not choose its own examination. What is harmless must be said, with the reason.
 *
 * Paths: `a.b`, `list[0].a`, `list[].a` (each element), `list[name].value` (the element of that `name`); a JSON text is walked into.
 */
export interface Claim {
  readonly path: string;
  /** Values that must be caught besides: for properties that a good plan leaves out. */
  readonly bad?: readonly unknown[];
  /** Values that must be caught when every resource of the type has them: for what a plan holds in several places. */
  readonly all?: readonly unknown[];
  /** The resources that the claim is for. @default every one of the type */
  readonly where?: (resource: Planned) => boolean;
  readonly harmless?: { readonly [M in Mutation]?: string };
}

export type Claims = { readonly [T in JudgedType]?: readonly (string | Claim)[] };

export type Judge<T extends JudgedType> = (props: PropsOf<T>, context: Context) => Iterable<Finding>;

/**
 * Judges each resource of some types by itself.
 *
 * `claims` names the properties per type that the rule answers for: the mutation run breaks each of them and expects this rule to say so.
 */
export interface ResourceRule extends RuleData {
  readonly kind: "resource";
  readonly judges: { readonly [T in JudgedType]?: Judge<T> };
  readonly claims: Claims;
}

/** Judges what no single resource shows: counts over zones, one resource that must exist for another. */
export interface StackRule extends RuleData {
  readonly kind: "stack";
  readonly judge: (stack: StackView, context: StackContext) => Iterable<StackFinding>;
  readonly claims: Claims;
}

export type Rule = ResourceRule | StackRule;

export function resourceRule(rule: Omit<ResourceRule, "kind">): ResourceRule {
  return { kind: "resource", ...rule };
}

export function stackRule(rule: Omit<StackRule, "kind">): StackRule {
  return { kind: "stack", ...rule };
}
