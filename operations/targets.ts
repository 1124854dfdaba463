import { z } from "zod";
import { type Targets, targetsParameter } from "../config/targets";
import type { Aws } from "./aws";
import { Failure } from "./failure";
import type { StackFile } from "./stack-file";

const text = z.string().min(1);
const task = z.object({ family: text, templateFamily: text, logGroup: text });
const service = task.extend({ name: text });

/** What a newer program publishes on top is no fault: names are added, never renamed (config/outputs.ts). */
const shape: z.ZodType<Targets> = z.object({
  environment: text,
  region: text,
  accountId: text,
  hostnames: z.array(text).min(1),
  network: z.object({
    vpcId: text,
    privateSubnetIds: z.array(text).min(1),
    dataSubnetIds: z.array(text),
    taskSecurityGroupId: text,
  }),
  database: z.object({
    clusterIdentifier: text,
    writerEndpoint: text,
    readerEndpoint: text,
    name: text,
    masterSecretArn: text,
  }),
  images: z.object({ repositoryName: text, repositoryUrl: text }),
  cluster: z.object({ name: text, arn: text }),
  services: z.object({ web: service, worker: service, scheduler: service }),
  tasks: z.object({ migration: task, console: task }),
  loadBalancer: z.object({
    arn: text,
    dnsName: text,
    productionListenerArn: text,
    testListenerArn: text,
    productionRuleArn: text,
    testRuleArn: text,
    targetGroupArns: z.array(text).length(2),
  }),
  deploymentAlarms: z.object({ web: z.array(text), worker: z.array(text) }),
  releaseGate: z.object({ functionName: text, tableName: text }),
  maintenance: z.object({ storeArn: text }),
});

/** What the stack's program has published about itself: one call of AWS, and the first one that a verb makes. */
export async function readTargets(aws: Aws, { stack, facts }: StackFile): Promise<Targets> {
  const name = facts.name("ssmParameter", ...targetsParameter);
  const advice = `The program publishes it: npm run up -- ${stack}`;
  const value = await aws.parameter(name);
  if (value === undefined) throw new Failure("refused", `There is no parameter ${name} in ${facts.region}.`, advice);
  return parseTargets(value, name, advice);
}

export function parseTargets(value: string, name: string, advice: string): Targets {
  let plain: unknown;
  try {
    plain = JSON.parse(value);
  } catch {
    throw new Failure("refused", `The parameter ${name} is not JSON: somebody else has written it.`, advice);
  }
  const { data, error } = shape.safeParse(plain);
  if (data !== undefined) return data;
  const faults = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  throw new Failure("refused", `The parameter ${name} does not tell all that this version needs: ${faults}.`, advice);
}
