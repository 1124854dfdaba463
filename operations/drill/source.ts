import { Aws } from "../aws";
import { placesOf, type Vault } from "../backup/places";
import { newestOfDatabase } from "../backup/recovery-points";
import { Failure } from "../failure";
import { readStackFile } from "../stack-file";
import { readTargets } from "../targets";
import type { Targets } from "../../config/targets";
import type { Context } from "../verb";
import type { Source } from "./scratch";

/** Where a drill recovers to, and from what. */
export interface Ground {
  /** Of the region that is recovered in: its credentials' checks, its clients. */
  readonly context: Context;
  readonly targets: Targets;
  readonly source: Source;
  readonly text: string;
  readonly shows: Date;
  readonly showsSource: string;
  readonly bytes?: number | undefined;
  /** When nothing is asked there any more. */
  close?(): Promise<void>;
}

/** In the region: the last moment that can be had of the cluster in use. */
export async function groundInRegion(context: Context): Promise<Ground> {
  const { aws, stack } = context;
  const targets = await readTargets(aws, stack);
  const { clusterIdentifier } = targets.database;
  const rds = await aws.rds();
  const { DBClusters: [cluster] = [] } = await rds.describeDBClusters({ DBClusterIdentifier: clusterIdentifier });
  const shows = cluster?.LatestRestorableTime;
  if (shows === undefined) {
    throw new Failure(
      "refused",
      `${clusterIdentifier} has no restorable time: it is still being made, or keeps no backups.`,
    );
  }
  return {
    ...{ context, targets, shows, source: { latestOf: clusterIdentifier } },
    text: `${clusterIdentifier}, its latest restorable time`,
    showsSource: "RDS, LatestRestorableTime when the drill began",
  };
}

/**
 * In another region: the newest copied recovery point, into the network of the recovery stack there. Nothing in the stack's
 * own region is asked: on the day, it would not answer.
 */
export async function groundAcross(context: Context, region: string): Promise<Ground> {
  const { stack } = context;
  const vault = placesOf(stack).vaults.find((one) => one.region === region);
  if (vault === undefined) {
    throw new Failure(
      "usage",
      `Nothing of ${stack.stack} is copied to ${region}.`,
      `Copies are in: ${
        placesOf(stack)
          .vaults.slice(1)
          .map((one) => one.region)
          .join(", ") || "no other region"
      }`,
    );
  }
  const recovery = readStackFile(stack.root, "recovery");
  if (recovery.facts.region !== region) {
    throw new Failure("usage", `The recovery stack is in ${recovery.facts.region}, and --region is ${region}.`);
  }
  const aws = new Aws(recovery.facts);
  const there = { ...context, stack: recovery, aws };
  try {
    return { ...(await newestCopy(context, there, vault)), close: () => aws.close() };
  } catch (error) {
    await aws.close();
    throw error;
  }
}

async function newestCopy({ stack }: Context, there: Context, vault: Vault): Promise<Ground> {
  const { aws } = there;
  const targets = await readTargets(aws, there.stack);
  const places = placesOf(stack);
  const newest = await newestOfDatabase(await aws.backup(), places, vault.region);
  if (newest?.made === undefined) {
    throw new Failure(
      "refused",
      `The vault ${vault.name} in ${vault.region} holds no recovery point of ${places.database}.`,
    );
  }
  return {
    ...{ context: there, targets, source: { snapshotArn: newest.id }, text: newest.id, bytes: newest.bytes },
    shows: newest.made,
    showsSource: `AWS Backup, creation of the recovery point in ${vault.name}`,
  };
}
