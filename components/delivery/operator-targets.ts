import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Wired } from "../../config/outputs";
import type { StackFacts } from "../../config/stack";
import { type Targets, targetsOf, targetsParameter, targetsText } from "../../config/targets";

export interface OperatorTargetsArgs {
  readonly stack: StackFacts;
  /** The stack's outputs, of which the targets are a part: the two cannot disagree. */
  readonly outputs: { readonly [Name in keyof Targets]: Wired<Targets[Name]> };
}

/** Where the operator's verbs find what they act on, with AWS credentials alone (config/targets.ts). */
export class OperatorTargets extends pulumi.ComponentResource {
  readonly parameterName: string;

  constructor(name: string, args: OperatorTargetsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:delivery:OperatorTargets", name, {}, opts);
    const { stack, outputs } = args;
    this.parameterName = stack.name("ssmParameter", ...targetsParameter);
    new aws.ssm.Parameter(
      name,
      {
        name: this.parameterName,
        description: "What the operator's command line acts on; written by pulumi up",
        type: "String",
        tier: "Standard",
        // Names and ARNs, no secret: an operator needs no key to read them, and a preview shows what changes.
        insecureValue: pulumi.output(targetsOf(outputs)).apply((targets) => targetsText(targets as Targets)),
      },
      { parent: this },
    );
    this.registerOutputs({ parameterName: this.parameterName });
  }
}
