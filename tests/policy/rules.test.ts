import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { RuleConfig } from "../../policy/framework/judge";
import { judgePlan } from "../../policy/framework/judge";
import { type Planned, resourceKey } from "../../policy/framework/planned";
import { withTable } from "../../policy/framework/readme";
import { plannedOf } from "../../policy/framework/state";
import type { Mutant } from "../../policy/mutation/mutants";
import { mutantsOf } from "../../policy/mutation/mutants";
import { rules } from "../../policy/rules";
import { unjudged } from "../../policy/unjudged";
import { landed, type LandedStack } from "../support/landed";

const STACKS: readonly LandedStack[] = ["production", "staging"];
const root = join(__dirname, "..", "..");

interface Judged {
  readonly plan: readonly Planned[];
  readonly config: Readonly<Record<string, RuleConfig>>;
}

const judged = new Map<LandedStack, Judged>();

beforeAll(async () => {
  for (const stack of STACKS) {
    const { state } = await landed(stack);
    const config = JSON.parse(
      readFileSync(join(root, "policy", "stacks", `${stack}.json`), "utf8"),
    ) as Judged["config"];
    judged.set(stack, { plan: plannedOf(state), config });
  }
}, 900_000);

function of(stack: LandedStack): Judged {
  const found = judged.get(stack);
  if (!found) throw new Error(`${stack} is not landed`);
  return found;
}

describe("the pack", () => {
  it("has at least 45 rules, each with a name of its own", () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    expect(rules.length).toBeGreaterThanOrEqual(45);
  });

  it.each(STACKS)("finds nothing wrong with %s", (stack) => {
    const { plan, config } = of(stack);
    expect(plan.length).toBeGreaterThan(180);
    expect(judgePlan(rules, plan, config).violations.map(({ message, urn }) => `${urn}\n${message}`)).toEqual([]);
  });

  it("differs from stack to stack only for a stated reason", () => {
    const names = new Set(rules.map(({ name }) => name));
    for (const stack of STACKS) {
      for (const [name, { reason }] of Object.entries(of(stack).config)) {
        expect(names, name).toContain(name);
        expect(reason?.length ?? 0, `${stack}: ${name}`).toBeGreaterThan(10);
      }
    }
    expect(of("production").config).toEqual({});
  });

  it("says of itself in its README what it does", () => {
    const page = readFileSync(join(root, "policy", "README.md"), "utf8");
    const words = (text: string): string => text.replace(/[\s|:-]+/g, " ");
    expect(words(page)).toBe(words(withTable(page, rules)));
  });
});

describe("what no rule judges", () => {
  it("is listed with a reason: every planned property of a stateful or exposed type is claimed or listed", () => {
    const claimed = (type: string): Set<string> =>
      new Set(
        rules.flatMap((rule) => {
          const claims = Object.entries(rule.claims).find(([judgedType]) => judgedType === type)?.[1] ?? [];
          return claims.map((claim) => resourceKey(typeof claim === "string" ? claim : claim.path));
        }),
      );
    const undecided = new Set<string>();
    for (const [type, reasons] of Object.entries(unjudged)) {
      const known = claimed(type);
      for (const { props } of STACKS.flatMap((stack) => of(stack).plan).filter((resource) => resource.type === type)) {
        for (const property of Object.keys(props)) {
          if (!known.has(property) && !(property in reasons)) undecided.add(`${type} ${property}`);
        }
      }
    }
    expect([...undecided]).toEqual([]);
    for (const reasons of Object.values(unjudged)) {
      for (const [property, reason] of Object.entries(reasons)) expect(reason.length, property).toBeGreaterThan(4);
    }
  });
});

describe("mutation", () => {
  const mutants = new Map<LandedStack, readonly Mutant[]>();

  beforeAll(() => {
    for (const stack of STACKS) {
      const { plan, config } = of(stack);
      const active = rules.filter(({ name }) => config[name]?.enforcementLevel !== "disabled");
      mutants.set(
        stack,
        active.flatMap((rule) => mutantsOf(rule, plan, config[rule.name])),
      );
    }
  }, 120_000);

  it("catches every broken property by the rule that claims it", () => {
    const all = [...mutants.values()].flat();
    const judgedMutants = all.filter(({ permitted }) => !permitted);
    const missed = judgedMutants.filter(({ caught }) => !caught);
    const permitted = all.length - judgedMutants.length;
    console.log(`${judgedMutants.length} mutants, ${judgedMutants.length - missed.length} caught`);
    console.log(`(${permitted} more that staging may have, each for a stated reason)`);
    expect(missed.map(({ rule, path, mutation, where }) => `${rule}: ${path} ${mutation} at ${where}`)).toEqual([]);
    expect(all.length).toBeGreaterThan(500);
  });

  it("breaks something for every rule but those that refuse a whole type", () => {
    const tried = new Set([...mutants.values()].flat().map(({ rule }) => rule));
    const untried = rules.filter(({ name }) => !tried.has(name)).map(({ name }) => name);
    expect(untried.sort()).toEqual(["iam-no-users", "stateful-protected"]);
  });
});
