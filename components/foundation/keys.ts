import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { GLOBAL_REGION, type StackFacts } from "../../config/stack";
import { policyDocument, type Statement } from "../policy-document";
import { stateful } from "../stateful";

/** What a key is for. One key per purpose: who may use one says nothing about the others. */
export type KeyPurpose =
  | "data"
  | "storage"
  | "logs"
  | "secrets"
  | "images"
  | "global"
  | "notifications"
  | "notifications-global"
  | "backups"
  | CopyKey;

/** Keys in the region of the copies, by what is copied. */
export type CopyKey = `${Copied}-copies`;
type Copied = "backups" | "storage" | "secrets" | "images";
type Copies = Readonly<Record<Copied, aws.kms.Key>>;

export interface KeysArgs {
  readonly stack: StackFacts;
  /** Region of the copies. @default none: nothing is copied */
  readonly copyRegion?: string | undefined;
}

/**
 * Customer-managed KMS keys by purpose. Key policies name the service principals that act without a caller of this
 * account; all else is IAM's: a reader of a bucket or a secret needs `kms:Decrypt` of its own, a second lock on the data.
 */
export class Keys extends pulumi.ComponentResource {
  /** Aurora, Redis, their snapshots, and what the release gate remembers. */
  readonly data: aws.kms.Key;
  /** Objects in S3. */
  readonly storage: aws.kms.Key;
  /** CloudWatch log groups of the stack's region. */
  readonly logs: aws.kms.Key;
  /** Secrets Manager, the managed master password of Aurora among them. */
  readonly secrets: aws.kms.Key;
  /** Container images in ECR. */
  readonly images: aws.kms.Key;
  /** Log groups of CloudFront and its web ACL, which live in us-east-1. */
  readonly global: aws.kms.Key;
  /** What alarms say on its way to people, in SNS. */
  readonly notifications: aws.kms.Key;
  /** The same in us-east-1, with the copy of the pager's secret that is there. */
  readonly notificationsGlobal: aws.kms.Key;
  /** The vault of AWS Backup. */
  readonly backups: aws.kms.Key;
  /** The same in the region of the copies, which must be readable when this region is not there. */
  readonly copies: Copies | undefined;

  constructor(name: string, args: KeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:foundation:Keys", name, {}, opts);
    const { stack } = args;

    const key = (purpose: KeyPurpose, description: string, region: string, statements: readonly Statement[] = []) =>
      managedKey(name, { stack, purpose, description, region, statements }, { parent: this });

    this.data = key("data", "Aurora, Redis, their snapshots, and the release gate's table", stack.region, [
      dataServices(stack),
    ]);
    this.storage = key("storage", "Objects in S3", stack.region, [cloudFrontReads(stack), redisExports(stack)]);
    this.logs = key("logs", "CloudWatch log groups", stack.region, [logGroups(stack, stack.region)]);
    this.secrets = key("secrets", "Secrets Manager", stack.region);
    this.images = key("images", "Container images in ECR", stack.region);
    this.global = key("global", "Log groups of CloudFront and WAF", GLOBAL_REGION, [logGroups(stack, GLOBAL_REGION)]);
    this.notifications = key("notifications", "Notifications in SNS", stack.region, [publishers(stack)]);
    this.notificationsGlobal = key("notifications-global", "Notifications in SNS", GLOBAL_REGION, [publishers(stack)]);

    this.backups = key("backups", "Recovery points of AWS Backup", stack.region, [vault(stack, stack.region)]);
    this.copies = args.copyRegion === undefined ? undefined : copies(stack, args.copyRegion, key);

    this.registerOutputs({
      dataArn: this.data.arn,
      storageArn: this.storage.arn,
      logsArn: this.logs.arn,
      secretsArn: this.secrets.arn,
      imagesArn: this.images.arn,
      globalArn: this.global.arn,
      notificationsArn: this.notifications.arn,
      notificationsGlobalArn: this.notificationsGlobal.arn,
      backupsArn: this.backups.arn,
    });
  }
}

export interface ManagedKeyArgs {
  readonly stack: StackFacts;
  /** Part of the alias, and of the key's name in the program. */
  readonly purpose: string;
  readonly description: string;
  readonly region: string;
  /** Of the key policy, beside the one that hands the key over to IAM. */
  readonly statements: readonly Statement[];
}

/** A key that turns each year, and its alias. */
export function managedKey(name: string, args: ManagedKeyArgs, opts: pulumi.CustomResourceOptions): aws.kms.Key {
  const { stack, purpose, description, region, statements } = args;
  const made = new aws.kms.Key(
    `${name}-${purpose}`,
    {
      description,
      region,
      enableKeyRotation: true,
      rotationPeriodInDays: 365,
      deletionWindowInDays: 30,
      policy: policyDocument([administration(stack), ...statements]),
    },
    stateful(stack, opts),
  );
  new aws.kms.Alias(
    `${name}-${purpose}`,
    { name: stack.name("kmsAlias", purpose), region, targetKeyId: made.keyId },
    opts,
  );
  return made;
}

function copies(
  stack: StackFacts,
  region: string,
  key: (purpose: KeyPurpose, description: string, region: string, statements?: readonly Statement[]) => aws.kms.Key,
): Copies {
  return {
    backups: key("backups-copies", "Copied recovery points", region, [vault(stack, region)]),
    storage: key("storage-copies", "Copies of objects in S3", region),
    secrets: key("secrets-copies", "Copies of secrets", region),
    images: key("images-copies", "Copies of container images", region),
  };
}

/** ElastiCache writes exported snapshots in its own name, through S3 only. */
function redisExports(stack: StackFacts): Statement {
  return {
    sid: "RedisExports",
    principals: { Service: `${stack.region}.elasticache-snapshot.amazonaws.com` },
    actions: ["kms:Decrypt", "kms:GenerateDataKey"],
    resources: "*",
    conditions: { StringEquals: { "kms:ViaService": `s3.${stack.region}.amazonaws.com` } },
  };
}

/** Without it nobody, not even the account's root, could ever change the key again. It hands the key over to IAM. */
function administration(stack: StackFacts): Statement {
  return {
    sid: "AccountThroughIam",
    principals: { AWS: `arn:aws:iam::${stack.accountId}:root` },
    actions: ["kms:*"],
    resources: "*",
  };
}

/**
 * The form of AWS's own `aws/rds` key: whoever may use the service may use the key through it, never directly.
 * Aurora's reader autoscaling needs it, since it adds instances under a service-linked role whose IAM policy is AWS's.
 */
function dataServices(stack: StackFacts): Statement {
  return throughServices(stack, stack.region, "ThroughDataServices", ["backup", "dynamodb", "elasticache", "rds"]);
}

/** A vault's key: whoever may back up or restore may use it through the services that do, never directly. */
function vault(stack: StackFacts, region: string): Statement {
  return throughServices(stack, region, "ThroughBackup", ["backup", "dynamodb", "rds", "s3"]);
}

function throughServices(stack: StackFacts, region: string, sid: string, services: readonly string[]): Statement {
  return {
    sid,
    principals: { AWS: "*" },
    actions: [
      "kms:CreateGrant",
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey*",
      "kms:ListGrants",
      "kms:ReEncrypt*",
    ],
    resources: "*",
    conditions: {
      StringEquals: {
        "kms:CallerAccount": stack.accountId,
        "kms:ViaService": services.map((service) => `${service}.${region}.amazonaws.com`),
      },
    },
  };
}

/**
 * CloudFront reads the assets with its origin access control and asks KMS as a service. Which distribution it is is
 * known much further on, so any of this account's: the account is part of the ARN (CloudFront sends no SourceAccount).
 */
function cloudFrontReads(stack: StackFacts): Statement {
  return {
    sid: "CloudFrontReads",
    principals: { Service: "cloudfront.amazonaws.com" },
    actions: ["kms:Decrypt"],
    resources: "*",
    conditions: { ArnLike: { "aws:SourceArn": `arn:aws:cloudfront::${stack.accountId}:distribution/*` } },
  };
}

/** CloudWatch Logs names the group in the encryption context; groups of other accounts and regions stay out. */
function logGroups(stack: StackFacts, region: string): Statement {
  return {
    sid: "LogGroups",
    principals: { Service: `logs.${region}.amazonaws.com` },
    actions: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    resources: "*",
    conditions: {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${stack.accountId}:log-group:*` },
    },
  };
}

/**
 * Services that publish to encrypted topics. SNS asks KMS in their name: with the key `alias/aws/sns`, whose policy cannot
 * be changed, an alarm rings and its action fails, and only the alarm's history says so.
 *
 * Not EventBridge: it sends neither KMS nor SNS the account that it acts for, so it could only be let in for everybody's
 * rules. What it would say is said by alarms.
 */
function publishers(stack: StackFacts): Statement {
  return {
    sid: "Publishers",
    principals: { Service: ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"] },
    actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
    resources: "*",
    conditions: { StringEquals: { "aws:SourceAccount": stack.accountId } },
  };
}
