import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { OIDC_AUDIENCE, OIDC_HOST } from "../config/identity";
import { GLOBAL_REGION, type StackFacts } from "../config/stack";

export interface BaselineArgs {
  readonly stack: StackFacts;
  /** Other region that holds something of ours; switches that are regional are set there too. */
  readonly recoveryRegion: string;
}

/** Days that ECS tells before it replaces a Fargate task whose platform is retired. Source: ECS, 0, 7 (default) or 14. */
const RETIREMENT_NOTICE_DAYS = 14;

/**
 * Switches that an account has once: who may log in at all, nothing public in S3, disks encrypted, an eye on what is
 * shared with others, and what AWS Backup takes.
 */
export class Baseline extends pulumi.ComponentResource {
  readonly oidcProviderArn: pulumi.Output<string>;

  constructor(name: string, args: BaselineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:account:Baseline", name, {}, opts);
    const { stack, recoveryRegion } = args;
    const parent = { parent: this };

    // Without thumbprints: for GitHub's issuer AWS trusts its own list of authorities, and a pinned one would expire.
    const provider = new aws.iam.OpenIdConnectProvider(
      `${name}-github`,
      { url: `https://${OIDC_HOST}`, clientIdLists: [OIDC_AUDIENCE] },
      parent,
    );
    new aws.s3.AccountPublicAccessBlock(
      name,
      { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      parent,
    );
    // There are no IAM users; should one be made in an emergency, its password is no easy one. Source: CIS 1.8, 1.9.
    new aws.iam.AccountPasswordPolicy(
      name,
      {
        minimumPasswordLength: 20,
        passwordReusePrevention: 24,
        requireLowercaseCharacters: true,
        requireNumbers: true,
        requireSymbols: true,
        requireUppercaseCharacters: true,
        allowUsersToChangePassword: true,
      },
      parent,
    );
    new aws.ecs.AccountSettingDefault(
      name,
      { name: "fargateTaskRetirementWaitPeriod", value: String(RETIREMENT_NOTICE_DAYS) },
      parent,
    );
    for (const region of [stack.region, recoveryRegion, GLOBAL_REGION]) {
      new aws.ebs.EncryptionByDefault(`${name}-${region}`, { enabled: true, region }, parent);
    }
    // What is global (roles) shows in each region's analyzer; us-east-1 holds nothing that could be shared.
    for (const region of [stack.region, recoveryRegion]) {
      new aws.accessanalyzer.Analyzer(
        `${name}-${region}`,
        { analyzerName: stack.name("analyzer", "access"), type: "ACCOUNT", region },
        parent,
      );
    }
    // Off in some accounts: AWS Backup would then pass over what it finds by tag, and refuse copies of DynamoDB's tables.
    for (const region of [stack.region, recoveryRegion]) {
      new aws.backup.RegionSettings(
        `${name}-${region}`,
        {
          region,
          resourceTypeOptInPreference: { Aurora: true, DynamoDB: true, S3: true },
          resourceTypeManagementPreference: { DynamoDB: true },
        },
        // AWS adds a line for each service that it learns to back up. To add one here, take this out for an update.
        { ...parent, ignoreChanges: ["resourceTypeManagementPreference", "resourceTypeOptInPreference"] },
      );
    }

    this.oidcProviderArn = provider.arn;
    this.registerOutputs({ oidcProviderArn: this.oidcProviderArn });
  }
}
