// Breaks a good plan one property at a time, as each rule's claims ask for.
import type { RuleConfig } from "../framework/judge";
import { judgeResource, judgeStack } from "../framework/judge";
import type { Planned } from "../framework/planned";
import { resourceKey } from "../framework/planned";
import type { Claim, Mutation, Rule } from "../framework/rule";
import type { Place } from "./paths";
import { placesOf } from "./paths";

export interface Mutant {
  readonly rule: string;
  /** The broken resource; the type, where all of it were broken at once. */
  readonly where: string;
  readonly path: string;
  readonly mutation: Mutation | "bad" | "all";
  readonly caught: boolean;
  /** Let pass by what the stack sets for the rule, with its reason; the rule's own thresholds catch it. */
  readonly permitted: boolean;
}

type Broken = readonly [Mutation | "bad", unknown];

/** What each kind of value can be broken into. */
function brokenValues(value: unknown): readonly (readonly [Mutation, unknown])[] {
  if (value === undefined) return [];
  const drop = ["drop", undefined] as const;
  if (typeof value === "boolean") return [drop, ["flip", !value]];
  if (typeof value === "number") return [drop, ["zero", 0], ["one", 1]];
  if (typeof value === "string")
    return /^\s*[[{]/.test(value) ? [drop, ["empty", "[]"]] : [drop, ["other", "something-else"]];
  if (Array.isArray(value)) return [drop, ["empty", []]];
  return [drop];
}

/** An element found by its name is broken in its `value`: that is where parameter groups and settings keep it. */
function brokenElements(element: unknown): readonly (readonly [Mutation, unknown])[] {
  const { value } = element as { readonly value: unknown };
  return brokenValues(value).map(([how, broken]) => [
    how,
    how === "drop" ? undefined : { ...Object(element), value: broken },
  ]);
}

function brokenAt(place: Place, claim: Claim): readonly Broken[] {
  const named = /\[[^\]\d][^\]]*\]$/.test(claim.path);
  const usual = named ? brokenElements(place.value) : brokenValues(place.value);
  const same = JSON.stringify(place.value);
  return [
    ...usual.filter(([how]) => claim.harmless?.[how] === undefined),
    ...(claim.bad ?? []).map((value) => ["bad", value] as const),
  ].filter(([, value]) => JSON.stringify(value) !== same);
}

/** The resource with another value at a place: what was taken from another resource there no longer is. */
function withValue(resource: Planned, place: Place, claim: Claim, value: unknown): Planned {
  const { [resourceKey(claim.path)]: _, ...links } = resource.links;
  return { ...resource, props: place.with(value), links };
}

function isCaught(rule: Rule, broken: readonly Planned[], plan: readonly Planned[], config: RuleConfig): boolean {
  if (rule.kind === "resource") {
    return broken.some((resource) => judgeResource(rule, resource, config).violations.length > 0);
  }
  const byUrn = new Map(broken.map((resource) => [resource.urn, resource]));
  return (
    judgeStack(
      rule,
      plan.map((resource) => byUrn.get(resource.urn) ?? resource),
      config,
    ).violations.length > 0
  );
}

/** Every mutant of one rule's claims over a plan, and whether the rule caught it. */
export function mutantsOf(rule: Rule, plan: readonly Planned[], config: RuleConfig = {}): readonly Mutant[] {
  return Object.entries(rule.claims).flatMap(([type, claims]) =>
    claims
      .map((claim): Claim => (typeof claim === "string" ? { path: claim } : claim))
      .flatMap((claim) => {
        const mutant = (where: string, mutation: Mutant["mutation"], broken: readonly Planned[]): Mutant => {
          const caught = isCaught(rule, broken, plan, config);
          const permitted = !caught && config.reason !== undefined && isCaught(rule, broken, plan, {});
          return { rule: rule.name, where, path: claim.path, mutation, caught, permitted };
        };
        const resources = plan.filter((resource) => resource.type === type && claim.where?.(resource) !== false);
        const places = resources.map((resource) => ({ resource, places: placesOf(resource.props, claim.path) }));
        const single = places.flatMap(({ resource, places: own }) =>
          own.flatMap((place) =>
            brokenAt(place, claim).map(([how, value]) =>
              mutant(resource.urn, how, [withValue(resource, place, claim, value)]),
            ),
          ),
        );
        const together = (claim.all ?? []).map((value) =>
          mutant(
            type,
            "all",
            places.flatMap(({ resource, places: [first] }) =>
              first ? [withValue(resource, first, claim, value)] : [],
            ),
          ),
        );
        return [...single, ...together];
      }),
  );
}
