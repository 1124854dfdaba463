import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import { imageRepository, RELEASE_TAG_PREFIX } from "../../config/vocabulary";
import type { Metrics } from "../metrics";
import { stateful } from "../stateful";

export interface ImagesArgs {
  readonly stack: StackFacts;
  readonly keyArn: pulumi.Input<string>;
  /** Part of its name. @default "app", the image that every task of the application runs */
  readonly repository?: string;
  /** Released images that stay, whatever their age: what can be rolled back to. @default 20 */
  readonly keptReleases?: number;
  /** Days after which an image that was never released goes. @default 14 */
  readonly unreleasedDays?: number;
  /** Every image is copied there, for the day that this region is not. @default none */
  readonly copies?: { readonly region: string; readonly keyArn: pulumi.Input<string> } | undefined;
  /** The stack whose copies in this region are run; then there is no repository of this stack's own. @default none */
  readonly copiesOf?: StackFacts | undefined;
}

/** The repository of an image: the application's, or the logical dump's. */
export class Images extends pulumi.ComponentResource {
  readonly repositoryName: string;
  /** From plain parts, so that policy documents are known at preview. */
  readonly repositoryArn: string;
  readonly repositoryUrl: pulumi.Output<string>;
  readonly metrics: Metrics<"pulls">;

  constructor(name: string, args: ImagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:Images", name, {}, opts);
    const { stack, keyArn, keptReleases = 20, unreleasedDays = 14 } = args;

    this.repositoryName = (args.copiesOf ?? stack).name("repository", args.repository ?? imageRepository);
    this.repositoryArn = arn(stack, "ecr", `repository/${this.repositoryName}`);

    this.metrics = {
      pulls: {
        namespace: "AWS/ECR",
        metricName: "RepositoryPullCount",
        dimensions: { RepositoryName: this.repositoryName },
        unit: "Count",
      },
    };
    if (args.copiesOf !== undefined) {
      const registry = `${stack.accountId}.dkr.ecr.${stack.region}.amazonaws.com`;
      this.repositoryUrl = pulumi.output(`${registry}/${this.repositoryName}`);
      this.registerOutputs({ repositoryUrl: this.repositoryUrl });
      return;
    }
    const make = (child: string, key: pulumi.Input<string>, elsewhere: { readonly region?: string }) => {
      const repository = new aws.ecr.Repository(
        child,
        {
          ...elsewhere,
          name: this.repositoryName,
          // A tag names one image for ever: nobody can put other code under a released name.
          imageTagMutability: "IMMUTABLE",
          imageScanningConfiguration: { scanOnPush: true },
          encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: key }],
          forceDelete: !stack.protect,
        },
        // Without its images nothing can be rolled back to, nor scaled out.
        stateful(stack, { parent: this }),
      );
      new aws.ecr.LifecyclePolicy(
        child,
        { ...elsewhere, repository: repository.name, policy: lifecyclePolicy(keptReleases, unreleasedDays) },
        { parent: this },
      );

      return repository;
    };
    const repository = make(name, keyArn, {});
    if (args.copies !== undefined) {
      const { region, keyArn: copyKey } = args.copies;
      // What fills it is the registry's one replication configuration, which the account project owns. Made here, since
      // ECR would make the repository by itself with a key of AWS's and tags that can be moved.
      make(`${name}-copies`, copyKey, { region });
    }

    this.repositoryUrl = repository.repositoryUrl;
    this.registerOutputs({ repositoryUrl: this.repositoryUrl });
  }
}

/**
 * ECR judges all rules at once and then applies them by priority: an image whose tags match a rule is never expired by
 * one of lower priority. So the first rule, by matching releases, also shields the newest of them from the last rule,
 * which matches everything; without it the count below would only delete.
 */
export function lifecyclePolicy(keptReleases: number, unreleasedDays: number): string {
  const expire = { type: "expire" };
  return JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: `Released images: the last ${keptReleases} stay`,
        selection: {
          tagStatus: "tagged",
          tagPatternList: [`${RELEASE_TAG_PREFIX}*`],
          countType: "imageCountMoreThan",
          countNumber: keptReleases,
        },
        action: expire,
      },
      {
        // The only status that may match everything, and ECR wants it last.
        rulePriority: 2,
        description: `Never released: gone after ${unreleasedDays} days`,
        selection: { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: unreleasedDays },
        action: expire,
      },
    ],
  });
}
