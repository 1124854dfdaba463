// The rules as Pulumi's policies.
import type {
  Policies,
  PolicyResource,
  PolicyResourceOptions,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Exempted, RuleConfig, Verdict } from "./judge";
import { judgeResource, judgeStack } from "./judge";
import { exemptionsSchema } from "./exemptions";
import { type Planned, StackView } from "./planned";
import type { ResourceRule, Rule, StackRule } from "./rule";

interface Viewed {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Record<string, unknown>;
  readonly opts: PolicyResourceOptions;
}

/** What by-type.cjs reads: resources of other types are not put before the policy. */
interface Concerned {
  readonly types: readonly string[];
}

function planned(resource: Viewed, dependencies: Readonly<Record<string, readonly PolicyResource[]>> = {}): Planned {
  const { type, name, urn, props, opts } = resource;
  const links = Object.fromEntries(
    Object.entries(dependencies).map(([property, sources]) => [property, sources.map((source) => source.urn)]),
  );
  return { type, name, urn, props, protect: opts.protect, ignoreChanges: opts.ignoreChanges, links };
}

/** By the library's list, which all stack rules get alike (stack-once.cjs). */
const views = new WeakMap<readonly PolicyResource[], StackView>();

function viewOf(resources: readonly PolicyResource[]): StackView {
  const known = views.get(resources);
  if (known !== undefined) return known;
  const view = new StackView(resources.map((resource) => planned(resource, resource.propertyDependencies)));
  views.set(resources, view);
  return view;
}

function metadata(rule: Rule): Omit<ResourceValidationPolicy, "validateResource"> {
  const standards = rule.controls.length > 0 ? ` (${rule.controls.join(", ")})` : "";
  return {
    name: rule.name,
    description: `${rule.description}${standards}`,
    enforcementLevel: "mandatory",
    severity: rule.severity,
    tags: [rule.group],
    remediationSteps: rule.mend,
    configSchema: {
      properties: {
        ...rule.thresholds,
        reason: { type: "string", minLength: 10 },
        exemptions: exemptionsSchema as never,
      },
    },
  };
}

/** All rules as policies, and last one that reports, as advice, what exemptions let pass. */
export function policiesOf(rules: readonly Rule[]): Policies {
  const exempted: Exempted[] = [];

  const publish = (verdict: Verdict, report: (message: string, urn?: string) => void): void => {
    exempted.push(...verdict.exempted);
    // Pulumi prints the rule's description above each message by itself.
    for (const { message, urn } of verdict.violations) report(message.slice(message.indexOf("\n") + 1), urn);
  };
  const ofResource = (rule: ResourceRule): ResourceValidationPolicy & Concerned => ({
    ...metadata(rule),
    types: Object.keys(rule.judges),
    validateResource: (args, report) => {
      if (!(args.type in rule.judges)) return;
      publish(judgeResource(rule, planned(args), args.getConfig<RuleConfig>()), report);
    },
  });
  const ofStack = (rule: StackRule): StackValidationPolicy => ({
    ...metadata(rule),
    validateStack: (args, report) =>
      publish(judgeStack(rule, viewOf(args.resources), args.getConfig<RuleConfig>()), report),
  });
  const inForce: StackValidationPolicy = {
    name: "exemptions-in-force",
    description: "Lists what exemptions let pass.",
    enforcementLevel: "advisory",
    validateStack: (_, report) => {
      for (const { rule, urn, exemption } of exempted) {
        report(`exempt from ${rule} until ${exemption.until}: ${exemption.reason} (${exemption.owner})`, urn);
      }
    },
  };
  return [...rules.map((rule) => (rule.kind === "stack" ? ofStack(rule) : ofResource(rule))), inForce];
}
