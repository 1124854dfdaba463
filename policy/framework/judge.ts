// The rules' own engine, without Pulumi's: the pack, the tests and the mutation run all judge through here.
import type { Exemption } from "./exemptions";
import { covers, isExpired } from "./exemptions";
import type { JudgedType, PropsOf } from "./judged";
import type { Planned } from "./planned";
import { StackView } from "./planned";
import type { Context, Finding, ResourceRule, Rule, RuleData, StackContext, StackFinding, StackRule } from "./rule";

/** What a stack sets for one rule: thresholds by name, exemptions, and why it differs from production. */
export type RuleConfig = Readonly<Record<string, unknown>> & {
  /** Pulumi reads it itself; `disabled` switches the rule off for the stack. @default mandatory */
  readonly enforcementLevel?: string;
  readonly reason?: string;
  readonly exemptions?: readonly Exemption[];
};

export interface Violation {
  readonly rule: string;
  readonly urn: string | undefined;
  readonly finding: Finding;
  readonly message: string;
}

/** What an exemption let pass. Printed with the result, so that nobody forgets it. */
export interface Exempted {
  readonly rule: string;
  readonly urn: string;
  readonly exemption: Exemption;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  readonly exempted: readonly Exempted[];
}

function thresholdsOf(rule: RuleData, config: RuleConfig): StackContext {
  const read = (name: string): unknown => {
    const threshold = rule.thresholds?.[name];
    if (!threshold) throw new Error(`rule ${rule.name} declares no threshold ${name}`);
    return config[name] ?? threshold.default;
  };
  return {
    number(name) {
      const value = read(name);
      if (typeof value !== "number")
        throw new Error(`${rule.name}.${name} must be a number, found ${JSON.stringify(value)}`);
      return value;
    },
    words(name) {
      const value = read(name);
      if (!Array.isArray(value)) throw new Error(`${rule.name}.${name} must be a list, found ${JSON.stringify(value)}`);
      return value.map(String);
    },
  };
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}

/** One line for what is wrong, one for how to mend it, one for the controls. */
export function messageOf(rule: RuleData, finding: Finding): string {
  const because = finding.because ? ` (${finding.because})` : "";
  const controls = rule.controls.length > 0 ? ` [${rule.controls.join(", ")}]` : "";
  return [
    `${rule.description}${controls}`,
    `  found:    ${finding.path} = ${show(finding.found)}${because}`,
    `  required: ${finding.required}`,
    `  mend:     ${rule.mend}`,
  ].join("\n");
}

function verdictOf(
  rule: Rule,
  findings: Iterable<StackFinding>,
  fallback: Planned | undefined,
  config: RuleConfig,
  now: Date,
): Verdict {
  const violations: Violation[] = [];
  const exempted: Exempted[] = [];
  for (const finding of findings) {
    const urn = (finding.resource ?? fallback)?.urn;
    const exemption = urn === undefined ? undefined : config.exemptions?.find((candidate) => covers(candidate, urn));
    if (exemption && urn !== undefined && !isExpired(exemption, now)) {
      exempted.push({ rule: rule.name, urn, exemption });
      continue;
    }
    const lapsed = exemption
      ? `\n  its exemption ended on ${exemption.until} (${exemption.reason}; ${exemption.owner})`
      : "";
    violations.push({ rule: rule.name, urn, finding, message: messageOf(rule, finding) + lapsed });
  }
  return { violations, exempted };
}

/**
 * A value that a rule cannot make sense of is a violation, not a crash that leaves all other rules unasked. What is not
 * known before the update is Pulumi's to report: it says that the rule will be judged then.
 */
function* guarded(findings: () => Iterable<StackFinding>): Generator<StackFinding> {
  try {
    yield* findings();
  } catch (error) {
    if (!(error instanceof Error) || "unknownTypeSentinel" in error) throw error;
    yield { path: "(its inputs)", found: error.message, required: "what the rule can judge" };
  }
}

export function judgeResource(
  rule: ResourceRule,
  resource: Planned,
  config: RuleConfig = {},
  now = new Date(),
): Verdict {
  const judge = rule.judges[resource.type as JudgedType] as
    ((props: PropsOf<JudgedType>, context: Context) => Iterable<Finding>) | undefined;
  if (!judge) return { violations: [], exempted: [] };
  const context: Context = { resource, ...thresholdsOf(rule, config) };
  return verdictOf(
    rule,
    guarded(() => judge(resource.props, context)),
    resource,
    config,
    now,
  );
}

export function judgeStack(
  rule: StackRule,
  resources: readonly Planned[] | StackView,
  config: RuleConfig = {},
  now = new Date(),
): Verdict {
  const view = resources instanceof StackView ? resources : new StackView(resources);
  return verdictOf(
    rule,
    guarded(() => rule.judge(view, thresholdsOf(rule, config))),
    undefined,
    config,
    now,
  );
}

/** Judges a whole plan by all rules. */
export function judgePlan(
  rules: readonly Rule[],
  resources: readonly Planned[],
  config: Readonly<Record<string, RuleConfig>> = {},
  now = new Date(),
): Verdict {
  const view = new StackView(resources);
  const verdicts = rules.flatMap((rule) => {
    const own = config[rule.name] ?? {};
    if (own.enforcementLevel === "disabled") return [];
    return rule.kind === "stack"
      ? [judgeStack(rule, view, own, now)]
      : resources.map((resource) => judgeResource(rule, resource, own, now));
  });
  return {
    violations: verdicts.flatMap((verdict) => verdict.violations),
    exempted: verdicts.flatMap((verdict) => verdict.exempted),
  };
}
