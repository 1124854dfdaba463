import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../config/settings";
import type { StackFacts } from "../../config/stack";
import type { Repository } from "./subjects";

type DeliverySettings = NonNullable<Settings["delivery"]>;

export interface EnvironmentsArgs {
  readonly stack: StackFacts;
  readonly settings: DeliverySettings;
}

/** Names of GitHub's environments; a token's subject carries them. */
export function environmentNames(stack: StackFacts): Readonly<Record<"main" | UnguardedEnvironment, string>> {
  const { environment } = stack;
  const beside = (which: UnguardedEnvironment) => `${environment}-${which}`;
  return { main: environment, rollback: beside("rollback"), drift: beside("drift"), drill: beside("drill") };
}

/**
 * Environments of the platform's repository that wait for nobody, and take main's workflows only. A rollback: it is night,
 * and it takes back what was reviewed. Drift: it changes nothing, every morning. A drill: it makes a copy, and takes it away.
 */
export const unguardedEnvironments = ["rollback", "drift", "drill"] as const;
export type UnguardedEnvironment = (typeof unguardedEnvironments)[number];

interface EnvironmentPlan {
  readonly repository: Repository;
  readonly environment: string;
  /** Reviewers and time to call it off. */
  readonly guarded: boolean;
  readonly from: { readonly branches: readonly string[]; readonly tags: readonly string[] };
}

/** Where deployments wait for an approval, and from which branches and tags they may come. */
export class Environments extends pulumi.ComponentResource {
  /** Name of each environment by the repository it is in, once it is there. */
  readonly names: Readonly<Record<Repository, pulumi.Output<string>>>;
  readonly unguarded: Readonly<Record<UnguardedEnvironment, pulumi.Output<string>>>;

  constructor(name: string, args: EnvironmentsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:delivery:Environments", name, {}, opts);
    const { stack, settings } = args;
    const names = environmentNames(stack);
    const { updateFrom, releaseFrom } = settings;
    const make = (plan: EnvironmentPlan) => this.environment(name, settings, plan);
    this.names = {
      platform: make({ repository: "platform", environment: names.main, guarded: true, from: updateFrom }),
      application: make({ repository: "application", environment: names.main, guarded: true, from: releaseFrom }),
    };
    const unguarded = (which: UnguardedEnvironment) =>
      make({
        repository: "platform",
        environment: names[which],
        guarded: false,
        from: { branches: ["main"], tags: [] },
      });
    this.unguarded = { rollback: unguarded("rollback"), drift: unguarded("drift"), drill: unguarded("drill") };
    this.registerOutputs({ names: this.names, unguarded: this.unguarded });
  }

  private environment(name: string, settings: DeliverySettings, plan: EnvironmentPlan): pulumi.Output<string> {
    const { reviewers, preventSelfReview, waitMinutes } = settings;
    const parent = { parent: this };
    const repository = settings.github[plan.repository].name;
    const child = `${name}-${plan.repository}-${plan.environment}`;
    const anyone = reviewers.teams.length + reviewers.users.length === 0;
    const environment = new github.RepositoryEnvironment(
      child,
      {
        repository,
        environment: plan.environment,
        // In an emergency there are the rollback's environment and an administrator's own credentials.
        canAdminsBypass: false,
        deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
        ...(plan.guarded && {
          preventSelfReview,
          waitTimer: waitMinutes,
          ...(!anyone && { reviewers: [{ teams: reviewers.teams, users: reviewers.users }] }),
        }),
      },
      parent,
    );
    for (const [kind, patterns] of [
      ["branchPattern", plan.from.branches],
      ["tagPattern", plan.from.tags],
    ] as const) {
      for (const pattern of patterns) {
        new github.RepositoryEnvironmentDeploymentPolicy(
          `${child}-${kind === "tagPattern" ? "tag" : "branch"}-${pattern}`,
          { repository, environment: environment.environment, [kind]: pattern },
          parent,
        );
      }
    }
    return environment.environment;
  }
}
