import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  type SecretKey,
  type SecretName,
  type SecretReader,
  secretDefinition,
  secretNames,
  secretsReadBy,
} from "../../config/secrets";
import { arn } from "../../config/arn";
import { GLOBAL_REGION, type StackFacts } from "../../config/stack";
import type { Statement } from "../policy-document";
import { stateful } from "../stateful";

export interface SecretsArgs {
  readonly stack: StackFacts;
  /** The key for secrets. */
  readonly keyArn: pulumi.Input<string>;
  /** Key in us-east-1, for the copies that some secrets have there. */
  readonly copyKeyArn: pulumi.Input<string>;
}

/**
 * The containers of the platform's secrets, from the table in config/secrets.ts. Never a value: values are written by
 * `operations secrets set`, so none can come into the program, its state or a diff.
 */
export class Secrets extends pulumi.ComponentResource {
  readonly arns: Readonly<Record<SecretName, pulumi.Output<string>>>;
  private readonly stack: StackFacts;
  private readonly keyArn: pulumi.Output<string>;
  private readonly copyKeyArn: pulumi.Output<string>;

  constructor(name: string, args: SecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:foundation:Secrets", name, {}, opts);
    this.stack = args.stack;
    this.keyArn = pulumi.output(args.keyArn);
    this.copyKeyArn = pulumi.output(args.copyKeyArn);

    this.arns = Object.fromEntries(
      secretNames.map((secretName) => {
        const { purpose, readers, copied = false } = secretDefinition(secretName);
        const secret = new aws.secretsmanager.Secret(
          `${name}-${secretName}`,
          {
            name: args.stack.name("secret", secretName),
            description: purpose,
            kmsKeyId: args.keyArn,
            replicas: copied ? [{ region: GLOBAL_REGION, kmsKeyId: args.copyKeyArn }] : [],
            // A name stays taken while its secret can be restored: a stack made to be thrown away could not come back.
            recoveryWindowInDays: args.stack.protect ? 30 : 0,
            tags: { Readers: [...readers].sort().join(" ") },
          },
          stateful(args.stack, { parent: this }),
        );
        return [secretName, secret.arn];
      }),
    ) as Record<SecretName, pulumi.Output<string>>;

    this.registerOutputs({ arns: this.arns });
  }

  /** One JSON key of a secret, as a container's `secrets[].valueFrom` takes it. A misspelt key does not compile. */
  reference<N extends SecretName>(secret: N, key: SecretKey<N>): pulumi.Output<string> {
    return pulumi.interpolate`${this.arns[secret]}:${key}::`;
  }

  /**
   * What a role needs to read these secrets: the values, and the key through Secrets Manager only. Statement ids begin
   * with "Secrets".
   */
  readPolicy(names: readonly SecretName[]): readonly Statement[] {
    return [
      {
        sid: "SecretsRead",
        actions: ["secretsmanager:GetSecretValue"],
        resources: names.map((name) => this.arns[name]),
      },
      {
        sid: "SecretsDecrypt",
        actions: ["kms:Decrypt"],
        resources: this.keyArn,
        conditions: { StringEquals: { "kms:ViaService": `secretsmanager.${this.stack.region}.amazonaws.com` } },
      },
    ];
  }

  /** The same for a secret's copy in us-east-1. */
  readPolicyOfCopy(name: SecretName): readonly Statement[] {
    return [
      {
        sid: "SecretsRead",
        actions: ["secretsmanager:GetSecretValue"],
        // Secrets Manager ends each ARN with a hyphen and six characters.
        resources: arn(this.stack, "secretsmanager", `secret:${this.stack.name("secret", name)}-??????`, {
          region: GLOBAL_REGION,
        }),
      },
      {
        sid: "SecretsDecrypt",
        actions: ["kms:Decrypt"],
        resources: this.copyKeyArn,
        conditions: { StringEquals: { "kms:ViaService": `secretsmanager.${GLOBAL_REGION}.amazonaws.com` } },
      },
    ];
  }

  /** The same for all that the table lets a party read. */
  readPolicyOf(reader: SecretReader): readonly Statement[] {
    return this.readPolicy(secretsReadBy(reader));
  }
}
