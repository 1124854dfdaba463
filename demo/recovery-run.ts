// The recovery itself, apart from what is printed about it: the real engine and program, a simulated cloud.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { withNewGeneration } from "../operations/backup/generation-file";
import type { Sandbox, UpdateResult } from "../sandbox/cli/sandbox";
import { Cloud, type CloudResource } from "../sandbox/cloud/cloud";

const CLUSTER = "aws:rds/cluster:Cluster";
const INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
const TASK = "aws:ecs/taskDefinition:TaskDefinition";

export interface Loss {
  readonly cluster: string;
  readonly resourceId: string;
  readonly instances: number;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const ofStack = (stack: string) => (resource: CloudResource) => resource.urn.includes(`:${stack}::`);

/** Somebody or something deletes the cluster and its instances: the program and its state know nothing of it. */
export function loseDatabase(sandbox: Sandbox, stack: string): Loss {
  const cloud = new Cloud(sandbox.home.cloud);
  const [cluster] = cloud.list(CLUSTER).filter(ofStack(stack));
  if (cluster === undefined) throw new Error(`The simulated cloud has no database of ${stack}: bring it up first.`);
  const instances = cloud.list(INSTANCE).filter(ofStack(stack));
  for (const resource of [...instances, cluster]) cloud.remove(resource);
  return {
    cluster: text(cluster.state["clusterIdentifier"]),
    resourceId: text(cluster.state["clusterResourceId"]),
    instances: instances.length,
  };
}

export interface Recovery {
  readonly lines: readonly string[];
  readonly update: UpdateResult;
  /** Why it is no recovery; empty when it is one. */
  readonly faults: readonly string[];
}

/** What `operations restore database --to latest` writes, and the update that follows it. */
export async function recover(sandbox: Sandbox, stackFiles: string, stack: string, loss: Loss): Promise<Recovery> {
  const file = path.join(stackFiles, `Pulumi.${stack}.yaml`);
  const from = `${loss.resourceId}@latest`;
  const { content, lines, generation } = withNewGeneration(readFileSync(file, "utf8"), from, false);
  writeFileSync(file, content);
  const update = await sandbox.update("up", stack, ["--refresh"]);
  return { lines, update, faults: faultsOf(sandbox, stack, loss, generation, update) };
}

function faultsOf(sandbox: Sandbox, stack: string, loss: Loss, generation: number, update: UpdateResult): string[] {
  if (update.exitCode !== 0) return [`the update ended with ${update.exitCode}`];
  const cloud = new Cloud(sandbox.home.cloud);
  const clusters = cloud.list(CLUSTER).filter(ofStack(stack));
  const made = clusters.find(({ state }) => state["clusterIdentifier"] === `${loss.cluster}-g${generation}`);
  if (made === undefined) return [`there is no ${loss.cluster}-g${generation}`];
  const source = made.inputs["restoreToPointInTime"] as { sourceClusterResourceId?: string } | undefined;
  const instances = cloud.list(INSTANCE).filter(ofStack(stack));
  const endpoint = text(made.state["endpoint"]);
  const templates = newestTemplates(cloud.list(TASK).filter(ofStack(stack)));
  const pointed = templates.filter((definition) => definition.includes(endpoint));
  return [
    ...(clusters.length === 1 ? [] : [`there are ${clusters.length} clusters`]),
    ...(source?.sourceClusterResourceId === loss.resourceId ? [] : ["it was not made from the one that was lost"]),
    ...(instances.length === loss.instances
      ? []
      : [`it has ${instances.length} instances, and there were ${loss.instances}`]),
    ...(pointed.length > 0 ? [] : ["no task template names its endpoint"]),
    ...(templates.some((definition) => definition.includes(`${loss.cluster}.cluster-`))
      ? ["a task template names the lost one"]
      : []),
  ];
}

/** Earlier revisions stay, to go back to: releases take the newest of each family. */
function newestTemplates(definitions: readonly CloudResource[]): string[] {
  const newest = new Map<string, CloudResource>();
  for (const definition of definitions) {
    const family = text(definition.state["family"]);
    const known = newest.get(family);
    if (known === undefined || Number(known.state["revision"]) < Number(definition.state["revision"])) {
      newest.set(family, definition);
    }
  }
  return [...newest.values()].map(({ state }) => text(state["containerDefinitions"]));
}
