import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../config/stack";
import { backupImageRepository, imageRepository } from "../config/vocabulary";

export interface ImageCopiesArgs {
  readonly stack: StackFacts;
  /** Region that the copies are in. */
  readonly to: string;
}

/**
 * Images of the application and of its dump in a second region, copied as they are pushed. A registry has one replication configuration, and
 * so it is the account's and no stack's. What was pushed before it was there is not copied.
 *
 * The repository over there is the stack's (`components/compute/images.ts`), with its key and its tags that cannot move:
 * bring the stack up before anything is pushed. ECR would make one by itself, and the stack's would be refused.
 */
export class ImageCopies extends pulumi.ComponentResource {
  constructor(name: string, args: ImageCopiesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:account:ImageCopies", name, {}, opts);
    const { stack, to } = args;
    new aws.ecr.ReplicationConfiguration(
      name,
      {
        replicationConfiguration: {
          rules: [
            {
              destinations: [{ region: to, registryId: stack.accountId }],
              repositoryFilters: [imageRepository, backupImageRepository].map((repository) => ({
                filter: stack.name("repository", repository),
                filterType: "PREFIX_MATCH",
              })),
            },
          ],
        },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
