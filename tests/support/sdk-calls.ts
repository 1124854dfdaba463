// What a verb of the operator's command line asks of AWS: found in its own code, bundled without what it never reaches.
import path from "node:path";
import { Backup } from "@aws-sdk/client-backup";
import { CloudFrontKeyValueStore } from "@aws-sdk/client-cloudfront-keyvaluestore";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECR } from "@aws-sdk/client-ecr";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAM } from "@aws-sdk/client-iam";
import { Lambda } from "@aws-sdk/client-lambda";
import { RDS } from "@aws-sdk/client-rds";
import { S3 } from "@aws-sdk/client-s3";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { ServiceQuotas } from "@aws-sdk/client-service-quotas";
import { build } from "esbuild";

const root = path.resolve(__dirname, "../..");

/** By the name that operations/aws.ts opens it by: IAM's prefix, and the calls that the client knows. */
const CLIENTS: Readonly<
  Record<string, readonly [prefix: string, client: { readonly prototype: object } | "dynamodb"]>
> = {
  backup: ["backup", Backup],
  cloudWatch: ["cloudwatch", CloudWatch],
  dynamodb: ["dynamodb", "dynamodb"],
  ec2: ["ec2", EC2],
  ecr: ["ecr", ECR],
  ecs: ["ecs", ECS],
  iam: ["iam", IAM],
  keyValueStore: ["cloudfront-keyvaluestore", CloudFrontKeyValueStore],
  lambda: ["lambda", Lambda],
  loadBalancing: ["elasticloadbalancing", ElasticLoadBalancingV2],
  logs: ["logs", CloudWatchLogs],
  rds: ["rds", RDS],
  s3: ["s3", S3],
  secretsManager: ["secretsmanager", SecretsManager],
  serviceQuotas: ["servicequotas", ServiceQuotas],
};

/** DynamoDB's document client is sent commands; the items of a transaction are authorised one by one. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  GetCommand: ["dynamodb:GetItem"],
  PutCommand: ["dynamodb:PutItem"],
  QueryCommand: ["dynamodb:Query"],
  TransactWriteCommand: ["dynamodb:PutItem"],
  UpdateCommand: ["dynamodb:UpdateItem"],
};

/** IAM's actions that a verb's code may ask for, sorted. Methods of a class count as soon as the class is used. */
export async function actionsOf(verb: string): Promise<string[]> {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, "operations/verbs", `${verb.replace(" ", "-")}.ts`)],
    ...{ bundle: true, write: false, treeShaking: true, packages: "external", platform: "node", format: "esm" },
    // The clients' own file opens them all.
    plugins: [
      {
        name: "aws",
        setup: (bundle) => bundle.onResolve({ filter: /\/aws$/ }, ({ path }) => ({ path, external: true })),
      },
    ],
  });
  const code = outputFiles[0]?.text ?? "";
  const opened = [...code.matchAll(/\baws\d*\.(\w+)\(\)/g)].map(([, name = ""]) => name);
  const actions = new Set(/\baws\d*\.parameter\(|readTargets\(/.test(code) ? ["ssm:GetParameter"] : []);
  for (const name of new Set(opened.filter((each) => each !== "caller" && each !== "close"))) {
    const [prefix, client] = CLIENTS[name] ?? [];
    if (prefix === undefined || client === undefined) throw new Error(`${verb} opens ${name}, which CLIENTS lacks`);
    if (client === "dynamodb") continue;
    for (const [, method = ""] of code.matchAll(/\.([a-z]\w+)\(/g)) {
      if (!["destroy", "send", "constructor"].includes(method) && Object.hasOwn(client.prototype, method)) {
        actions.add(`${prefix}:${method[0]?.toUpperCase()}${method.slice(1)}`);
      }
    }
  }
  for (const [, command = ""] of code.matchAll(/new (\w+Command)\(/g)) {
    const meant = COMMANDS[command];
    if (meant === undefined) throw new Error(`${verb} sends ${command}, which COMMANDS lacks`);
    for (const action of meant) actions.add(action);
  }
  return [...actions].sort();
}
