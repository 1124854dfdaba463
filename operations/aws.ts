import type { Backup } from "@aws-sdk/client-backup";
import type { CloudFrontKeyValueStore } from "@aws-sdk/client-cloudfront-keyvaluestore";
import type { CloudWatch } from "@aws-sdk/client-cloudwatch";
import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EC2 } from "@aws-sdk/client-ec2";
import type { ECR } from "@aws-sdk/client-ecr";
import type { ECS } from "@aws-sdk/client-ecs";
import type { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ElastiCache } from "@aws-sdk/client-elasticache";
import type { IAM } from "@aws-sdk/client-iam";
import type { KMS } from "@aws-sdk/client-kms";
import type { Lambda } from "@aws-sdk/client-lambda";
import type { RDS } from "@aws-sdk/client-rds";
import type { Route53 } from "@aws-sdk/client-route-53";
import type { S3 } from "@aws-sdk/client-s3";
import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { ServiceQuotas } from "@aws-sdk/client-service-quotas";
import type { SSM } from "@aws-sdk/client-ssm";
import type { STS } from "@aws-sdk/client-sts";
import type { StackFacts } from "../config/stack";
import { Failure } from "./failure";

/**
 * AWS's clients, each loaded when it is first asked for and only after the credentials turned out to be the stack's
 * account: the wrong profile must fail before the first call, not after it.
 */
export class Aws {
  readonly #facts: StackFacts;
  readonly #opened = new Map<string, Promise<{ destroy(): void }>>();
  #account?: Promise<string>;
  #proof?: Promise<unknown>;

  constructor(facts: StackFacts) {
    this.#facts = facts;
    // The SDK's notice that Node 20 ends in 2027 does not belong among the messages of an incident.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  }

  /** Its one endpoint is global and takes signatures of version 4a, for which the SDK wants a module of their own. */
  keyValueStore(): Promise<CloudFrontKeyValueStore> {
    return this.#open("cloudfront-keyvaluestore", async () => {
      const [{ CloudFrontKeyValueStore }] = await Promise.all([
        import("@aws-sdk/client-cloudfront-keyvaluestore"),
        import("@aws-sdk/signature-v4a"),
      ]);
      return new CloudFrontKeyValueStore(this.#options());
    });
  }

  secretsManager(): Promise<SecretsManager> {
    return this.#open("secretsmanager", async () => {
      const { SecretsManager } = await import("@aws-sdk/client-secrets-manager");
      return new SecretsManager(this.#options());
    });
  }

  elastiCache(): Promise<ElastiCache> {
    return this.#open("elasticache", async () => {
      const { ElastiCache } = await import("@aws-sdk/client-elasticache");
      return new ElastiCache(this.#options());
    });
  }

  /** @param region - where copies are. @default the stack's */
  s3(region?: string): Promise<S3> {
    return this.#open(`s3 ${region ?? ""}`, async () => {
      const { S3 } = await import("@aws-sdk/client-s3");
      return new S3(this.#options(region));
    });
  }

  /** @param region - where copies are. @default the stack's */
  backup(region?: string): Promise<Backup> {
    return this.#open(`backup ${region ?? ""}`, async () => {
      const { Backup } = await import("@aws-sdk/client-backup");
      return new Backup(this.#options(region));
    });
  }

  /** @param region - where copies are. @default the stack's */
  rds(region?: string): Promise<RDS> {
    return this.#open(`rds ${region ?? ""}`, async () => {
      const { RDS } = await import("@aws-sdk/client-rds");
      return new RDS(this.#options(region));
    });
  }

  kms(): Promise<KMS> {
    return this.#open("kms", async () => {
      const { KMS } = await import("@aws-sdk/client-kms");
      return new KMS(this.#options());
    });
  }

  iam(): Promise<IAM> {
    return this.#open("iam", async () => {
      const { IAM } = await import("@aws-sdk/client-iam");
      return new IAM(this.#options());
    });
  }

  route53(): Promise<Route53> {
    return this.#open("route53", async () => {
      const { Route53 } = await import("@aws-sdk/client-route-53");
      return new Route53(this.#options());
    });
  }

  ecs(): Promise<ECS> {
    return this.#open("ecs", async () => {
      const { ECS } = await import("@aws-sdk/client-ecs");
      return new ECS(this.#options());
    });
  }

  ecr(): Promise<ECR> {
    return this.#open("ecr", async () => {
      const { ECR } = await import("@aws-sdk/client-ecr");
      return new ECR(this.#options());
    });
  }

  loadBalancing(): Promise<ElasticLoadBalancingV2> {
    return this.#open("elasticloadbalancing", async () => {
      const { ElasticLoadBalancingV2 } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      return new ElasticLoadBalancingV2(this.#options());
    });
  }

  cloudWatch(): Promise<CloudWatch> {
    return this.#open("cloudwatch", async () => {
      const { CloudWatch } = await import("@aws-sdk/client-cloudwatch");
      return new CloudWatch(this.#options());
    });
  }

  logs(): Promise<CloudWatchLogs> {
    return this.#open("logs", async () => {
      const { CloudWatchLogs } = await import("@aws-sdk/client-cloudwatch-logs");
      return new CloudWatchLogs(this.#options());
    });
  }

  dynamodb(): Promise<DynamoDBClient> {
    return this.#open("dynamodb", async () => {
      const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
      return new DynamoDBClient(this.#options());
    });
  }

  lambda(): Promise<Lambda> {
    return this.#open("lambda", async () => {
      const { Lambda } = await import("@aws-sdk/client-lambda");
      return new Lambda(this.#options());
    });
  }

  ssm(): Promise<SSM> {
    return this.#open("ssm", async () => {
      const { SSM } = await import("@aws-sdk/client-ssm");
      return new SSM(this.#options());
    });
  }

  ec2(): Promise<EC2> {
    return this.#open("ec2", async () => {
      const { EC2 } = await import("@aws-sdk/client-ec2");
      return new EC2(this.#options());
    });
  }

  serviceQuotas(): Promise<ServiceQuotas> {
    return this.#open("servicequotas", async () => {
      const { ServiceQuotas } = await import("@aws-sdk/client-service-quotas");
      return new ServiceQuotas(this.#options());
    });
  }

  /**
   * The value of a parameter; undefined when there is none. Its ARN names the account, so the answer also proves what
   * STS would be asked for otherwise: one round trip less when every second counts.
   */
  parameter(name: string): Promise<string | undefined> {
    const reading = this.#parameter(name);
    this.#proof ??= reading;
    return reading;
  }

  /** Who is calling; refuses an account other than the stack's. One call, whoever asks. */
  caller(): Promise<string> {
    return (this.#account ??= this.#callerOfTheRightAccount());
  }

  /** Idle connections would keep the process alive. */
  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#opened.values());
    for (const result of opened) if (result.status === "fulfilled") result.value.destroy();
    this.#opened.clear();
  }

  #options(region = this.#facts.region) {
    // Adaptive: the SDK slows down by itself when AWS throttles.
    return { region, retryMode: "adaptive", maxAttempts: 6 };
  }

  async #open<Client extends { destroy(): void }>(name: string, load: () => Promise<Client>): Promise<Client> {
    const [client] = await Promise.all([this.#load(name, load), (this.#proof ??= this.caller())]);
    return client;
  }

  #load<Client extends { destroy(): void }>(name: string, load: () => Promise<Client>): Promise<Client> {
    const known = this.#opened.get(name) as Promise<Client> | undefined;
    if (known !== undefined) return known;
    const client = load();
    this.#opened.set(name, client);
    return client;
  }

  async #callerOfTheRightAccount(): Promise<string> {
    const sts: STS = await this.#load("sts", async () => {
      const { STS } = await import("@aws-sdk/client-sts");
      return new STS(this.#options());
    });
    const { Account, Arn } = await sts.getCallerIdentity({});
    this.#demandAccount(Account);
    return Arn ?? "unknown";
  }

  async #parameter(name: string): Promise<string | undefined> {
    const ssm: SSM = await this.#load("ssm", async () => {
      const { SSM } = await import("@aws-sdk/client-ssm");
      return new SSM(this.#options());
    });
    try {
      const { Parameter } = await ssm.getParameter({ Name: name });
      this.#demandAccount(Parameter?.ARN?.split(":")[4]);
      return Parameter?.Value;
    } catch (error) {
      if (errorName(error) !== "ParameterNotFound") throw error;
      await this.caller();
      return undefined;
    }
  }

  #demandAccount(account: string | undefined): void {
    if (account === this.#facts.accountId) return;
    throw new Failure(
      "refused",
      `These credentials belong to account ${account}; the ${this.#facts.environment} stack is in ` +
        `${this.#facts.accountId}. Nothing was changed.`,
      "Choose the other profile: AWS_PROFILE=…",
    );
  }
}

/** AWS's name of an error, such as ResourceNotFoundException. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

const SIGNED_OUT =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidAccessKeyId|IncompleteSignature)$/;
const DENIED = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|UnauthorizedAccess|AuthorizationError)$/;
const UNREACHABLE = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;

/** What an operator can act on, from whatever was thrown. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { name, message, code, $metadata } = error as {
    name?: string;
    message?: string;
    code?: string;
    $metadata?: { requestId?: string; attempts?: number };
  };
  if (name !== undefined && SIGNED_OUT.test(name)) {
    return new Failure(
      "noAccess",
      `AWS does not accept the credentials: ${message}`,
      "Sign in (aws sso login), or set AWS_PROFILE",
    );
  }
  if (name !== undefined && DENIED.test(name)) return new Failure("noAccess", `AWS refused: ${message}`);
  if ((code !== undefined && UNREACHABLE.test(code)) || name === "TimeoutError") {
    return new Failure("failed", `AWS could not be reached: ${message || code || name}`);
  }
  if ($metadata !== undefined) {
    const attempts = ($metadata.attempts ?? 1) > 1 ? ` after ${$metadata.attempts} attempts` : "";
    const request = $metadata.requestId === undefined ? "" : ` (request ${$metadata.requestId})`;
    return new Failure("failed", `AWS answered ${name}${attempts}: ${message}${request}`);
  }
  return new Failure("failed", message ?? String(error));
}
