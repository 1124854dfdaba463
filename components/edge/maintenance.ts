import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { REPOSITORY_ROOT } from "../../config/root";
import type { StackFacts } from "../../config/stack";

export interface MaintenanceArgs {
  readonly stack: StackFacts;
}

/** The function's code, as CloudFront runs it. At most 10 KB. Source: CloudFront quotas, "CloudFront Functions". */
export function maintenanceCode(): string {
  return readFileSync(join(REPOSITORY_ROOT, "components", "edge", "maintenance", "function.js"), "utf8");
}

/**
 * What answers 503 in maintenance, and the store that says whether there is one (docs/decisions/0018). The store's one
 * key is the operator's: no program writes it, so an update can neither begin a maintenance nor end one.
 */
export class Maintenance extends pulumi.ComponentResource {
  readonly functionArn: pulumi.Output<string>;
  readonly storeArn: pulumi.Output<string>;

  constructor(name: string, args: MaintenanceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:edge:Maintenance", name, {}, opts);
    const { stack } = args;
    const parent = { parent: this };

    const store = new aws.cloudfront.KeyValueStore(
      name,
      {
        name: stack.name("cloudFrontStore", "maintenance"),
        comment: "Whether there is maintenance: written by operations maintenance",
      },
      parent,
    );
    const answer = new aws.cloudfront.Function(
      name,
      {
        name: stack.name("cloudFrontFunction", "maintenance"),
        comment: "Answers 503 in maintenance",
        // The first runtime with stores.
        runtime: "cloudfront-js-2.0",
        code: maintenanceCode(),
        keyValueStoreAssociations: [store.arn],
        // Only a published one can be associated.
        publish: true,
      },
      parent,
    );

    this.functionArn = answer.arn;
    this.storeArn = store.arn;
    this.registerOutputs({ functionArn: this.functionArn, storeArn: this.storeArn });
  }
}
