import { arn } from "./arn";
import type { SecretName } from "./secrets";
import type { StackFacts } from "./stack";

/** GitHub's issuer of the tokens that workflows exchange for a role. */
export const OIDC_HOST = "token.actions.githubusercontent.com";
/** For whom the tokens are made out. */
export const OIDC_AUDIENCE = "sts.amazonaws.com";

/** The account's provider, which the account project makes: its ARN is known from the account alone. */
export function oidcProviderArn(stack: StackFacts): string {
  return arn(stack, "iam", `oidc-provider/${OIDC_HOST}`);
}

/** `workload`: the most that any role of the platform may do. `deploy`: the most that the pipelines may do. */
export const boundaries = ["workload", "deploy"] as const;
export type Boundary = (typeof boundaries)[number];

export function boundaryName(stack: StackFacts, of: Boundary): string {
  return stack.name("iamPolicy", `${of}-boundary`);
}

/** The account project makes the policy, out of reach of the roles that it binds. */
export function boundaryArn(stack: StackFacts, of: Boundary): string {
  return arn(stack, "iam", `policy/${boundaryName(stack, of)}`);
}

/** What a pipeline may be: read, look for drift, change the platform, release the application, take it back, recover on trial. */
export const deployRoles = ["preview", "drift", "up", "release", "rollback", "drill"] as const;
export type DeployRole = (typeof deployRoles)[number];

export function deployRoleName(stack: StackFacts, role: DeployRole): string {
  return stack.name("iamRole", "deploy", role);
}

/** Secrets whose values a pipeline may read: where a release is announced, and the keys that Datadog's provider calls with. */
export const pipelineSecrets = ["datadog", "slack"] as const satisfies readonly SecretName[];

/** From the name alone: Secrets Manager ends each ARN with a hyphen and six characters. */
export function pipelineSecretArn(stack: StackFacts, secret: (typeof pipelineSecrets)[number]): string {
  return arn(stack, "secretsmanager", `secret:${stack.name("secret", secret)}-??????`);
}

/** What `npm run bootstrap` makes for Pulumi: the bucket of its state, and the aliases of the two keys. */
export function stateNames(stack: StackFacts): {
  bucket: string;
  keyAliases: readonly [state: string, secrets: string];
} {
  return {
    bucket: stack.name("bucket", "pulumi-state"),
    keyAliases: [stack.name("kmsAlias", "pulumi-state"), stack.name("kmsAlias", "pulumi-secrets")],
  };
}
