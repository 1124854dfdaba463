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
import { keyByAlias, type KeyReference } from "./key-reference";
import { stateful } from "../stateful";

export interface SecretsArgs {
  readonly stack: StackFacts;
  /** The key for secrets. */
  readonly keyArn: pulumi.Input<string>;
  /** Key in us-east-1, for the copies that some secrets have there. */
  readonly copyKeyArn: pulumi.Input<string>;
  /** Every secret has a copy there, for the day that this region is not. @default none */
  readonly copies?: { readonly region: string; readonly keyArn: pulumi.Input<string> } | undefined;
  /**
   * The stack whose copies in this region are read; then there are no secrets of this stack's own.
   * @default none
   */
  readonly copiesOf?: StackFacts | undefined;
}

/**
 * The containers of the platform's secrets, from the table in config/secrets.ts. Never a value: values are written by
 * `operations secrets set`, so none can come into the program, its state or a diff.
 */
export class Secrets extends pulumi.ComponentResource {
  readonly arns: Readonly<Record<SecretName, pulumi.Output<string>>>;
  private readonly stack: StackFacts;
  /** The stack that the secrets belong to. */
  private readonly owner: StackFacts;
  private readonly key: KeyReference;
  private readonly globalKey: KeyReference;

  constructor(name: string, args: SecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:foundation:Secrets", name, {}, opts);
    this.stack = args.stack;
    const { copiesOf, copies } = args;
    this.owner = copiesOf ?? args.stack;
    if (copiesOf !== undefined) {
      this.key = keyByAlias(args.stack, copiesOf.name("kmsAlias", "secrets-copies"));
      this.globalKey = keyByAlias(args.stack, copiesOf.name("kmsAlias", "notifications-global"), GLOBAL_REGION);
      // Without the hyphen and six characters at its end, which are not known here: Secrets Manager and ECS take it.
      this.arns = byName((secretName) => pulumi.output(partialArn(args.stack, copiesOf, secretName)));
      this.registerOutputs({ arns: this.arns });
      return;
    }
    this.key = { resources: args.keyArn };
    this.globalKey = { resources: args.copyKeyArn };

    this.arns = byName((secretName) => {
      const { purpose, readers, copied = false } = secretDefinition(secretName);
      const secret = new aws.secretsmanager.Secret(
        `${name}-${secretName}`,
        {
          name: args.stack.name("secret", secretName),
          description: purpose,
          kmsKeyId: args.keyArn,
          replicas: [
            ...(copies === undefined ? [] : [{ region: copies.region, kmsKeyId: copies.keyArn }]),
            ...(copied ? [{ region: GLOBAL_REGION, kmsKeyId: args.copyKeyArn }] : []),
          ],
          // A name stays taken while its secret can be restored: a stack made to be thrown away could not come back.
          recoveryWindowInDays: args.stack.protect ? 30 : 0,
          tags: { Readers: [...readers].sort().join(" ") },
        },
        stateful(args.stack, { parent: this }),
      );
      return secret.arn;
    });

    this.registerOutputs({ arns: this.arns });
  }

  /** Known before anything is made; a copy has the name of what it is a copy of. */
  nameOf(secret: SecretName): string {
    return this.owner.name("secret", secret);
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
        resources: names.map((name) =>
          this.owner === this.stack ? this.arns[name] : `${partialArn(this.stack, this.owner, name)}-??????`,
        ),
      },
      {
        sid: "SecretsDecrypt",
        actions: ["kms:Decrypt"],
        resources: this.key.resources,
        conditions: {
          ...this.key.conditions,
          StringEquals: { "kms:ViaService": `secretsmanager.${this.stack.region}.amazonaws.com` },
        },
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
        resources: `${partialArn(this.stack, this.owner, name, GLOBAL_REGION)}-??????`,
      },
      {
        sid: "SecretsDecrypt",
        actions: ["kms:Decrypt"],
        resources: this.globalKey.resources,
        conditions: {
          ...this.globalKey.conditions,
          StringEquals: { "kms:ViaService": `secretsmanager.${GLOBAL_REGION}.amazonaws.com` },
        },
      },
    ];
  }

  /** The same for all that the table lets a party read. */
  readPolicyOf(reader: SecretReader): readonly Statement[] {
    return this.readPolicy(secretsReadBy(reader));
  }
}

function byName(arnOf: (name: SecretName) => pulumi.Output<string>): Record<SecretName, pulumi.Output<string>> {
  return Object.fromEntries(secretNames.map((name) => [name, arnOf(name)])) as Record<
    SecretName,
    pulumi.Output<string>
  >;
}

const partialArn = (stack: StackFacts, owner: StackFacts, name: SecretName, region = stack.region): string =>
  arn(stack, "secretsmanager", `secret:${owner.name("secret", name)}`, { region });
