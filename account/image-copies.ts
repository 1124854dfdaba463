import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../config/stack";
import { imageRepository } from "../config/vocabulary";

export interface ImageCopiesArgs {
  readonly stack: StackFacts;
  /** Region that the copies are in. */
  readonly to: string;
}

/** Copies kept. More than Tokyo keeps releases that one would go back to after a loss of the region. */
const KEPT = 20;

/**
 * Images of the application in a second region, copied as they are pushed. A registry has one replication configuration, and
 * so it is the account's and no stack's. What was pushed before it was there is not copied.
 */
export class ImageCopies extends pulumi.ComponentResource {
  constructor(name: string, args: ImageCopiesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:account:ImageCopies", name, {}, opts);
    const { stack, to } = args;
    const parent = { parent: this };
    const repositoryName = stack.name("repository", imageRepository);

    // ECR makes the repository over there by itself, mutable and without an end, unless a template says otherwise.
    const template = new aws.ecr.RepositoryCreationTemplate(
      name,
      {
        prefix: repositoryName,
        region: to,
        description: "Copies of the application's images",
        appliedFors: ["REPLICATION"],
        imageTagMutability: "IMMUTABLE",
        // ECR's own key: one of ours would need a role that ECR makes repositories by, and one more key in that region.
        encryptionConfigurations: [{ encryptionType: "AES256" }],
        lifecyclePolicy: JSON.stringify({
          rules: [
            {
              rulePriority: 1,
              description: `The newest ${KEPT}`,
              selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: KEPT },
              action: { type: "expire" },
            },
          ],
        }),
      },
      parent,
    );
    new aws.ecr.ReplicationConfiguration(
      name,
      {
        replicationConfiguration: {
          rules: [
            {
              destinations: [{ region: to, registryId: stack.accountId }],
              repositoryFilters: [{ filter: repositoryName, filterType: "PREFIX_MATCH" }],
            },
          ],
        },
      },
      // The first image after it makes the repository: by the template, or it stays as ECR made it.
      { ...parent, dependsOn: [template] },
    );
    this.registerOutputs();
  }
}
