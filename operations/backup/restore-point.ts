import type { RDS } from "@aws-sdk/client-rds";
import { restoreSource } from "../../config/restore";
import { errorName } from "../aws";
import { Failure } from "../failure";
import { span, tokyo } from "./units";

export interface RestorePoint {
  /** What goes into the stack file. */
  readonly from: string;
  /** The moment that the data will show; undefined where RDS does not tell. */
  readonly shows?: Date | undefined;
  /** Whether the cluster in use is there: it is kept then, and a safety snapshot is made of it. */
  readonly clusterExists: boolean;
}

const EXAMPLES =
  'A time with its offset, "latest", or the name or ARN of a cluster snapshot: see `backup list --of database`';

/** Refuses what no time, snapshot or recovery point is written like, before anybody is asked. */
export function checkForm(to: string): void {
  if (/^s3:\/\//.test(to)) {
    throw new Failure("usage", `--to is a dump, and a generation is made of a time or a snapshot.`, DUMP_ADVICE);
  }
  if (to.startsWith("arn:") && restoreSource(to)?.kind !== "snapshot") {
    throw new Failure(
      "usage",
      `--to is "${to}", which is no cluster snapshot and no recovery point of Aurora.`,
      EXAMPLES,
    );
  }
  // Names of snapshots begin with a letter. Source: RDS CreateDBClusterSnapshot.
  if (/^\d/.test(to) && restoreSource(to) === undefined) {
    throw new Failure("usage", `--to is "${to}", which is no time with an offset, such as +09:00.`, EXAMPLES);
  }
}

/** What was asked for, looked up: RDS would refuse it only in the middle of the update. */
export async function restorePoint(rds: RDS, region: string, cluster: string, to: string): Promise<RestorePoint> {
  const source = restoreSource(to);
  const window = await windowOf(rds, cluster);
  const clusterExists = window?.deleted === false;
  if (source?.kind === "time" || source?.kind === "latest") {
    if (window === undefined) {
      throw new Failure(
        "refused",
        `There is no cluster ${cluster}, and RDS keeps no automated backup of it: no point in time can be had.`,
        "A snapshot or recovery point: npm run operations -- backup list --of database",
      );
    }
    const shows = within(window, source);
    const moment = source.kind === "time" ? source.utc : "latest";
    return { from: window.deleted ? `${window.resourceId}@${moment}` : sourceText(to, moment), shows, clusterExists };
  }
  return { ...(await snapshotNamed(rds, region, to)), clusterExists };
}

const DUMP_ADVICE =
  "Rows out of a dump: application/backup/README.md (restore into a database of another name). Other sources: `backup list`";
/** As it was typed, so that the reviewer reads Tokyo time; the form without seconds or with a space is brought to one. */
const sourceText = (typed: string, moment: string): string => (/^\S+$/.test(typed) ? typed : moment);

interface Window {
  readonly deleted: boolean;
  readonly resourceId: string;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
}

/** Of the cluster, or of what RDS keeps of it after it was deleted. */
async function windowOf(rds: RDS, cluster: string): Promise<Window | undefined> {
  try {
    const { DBClusters: [found] = [] } = await rds.describeDBClusters({ DBClusterIdentifier: cluster });
    if (found !== undefined) {
      const { DbClusterResourceId: resourceId = "", EarliestRestorableTime: from, LatestRestorableTime: to } = found;
      return { deleted: false, resourceId, from, to };
    }
  } catch (error) {
    if (errorName(error) !== "DBClusterNotFoundFault") throw error;
  }
  const { DBClusterAutomatedBackups: kept = [] } = await rds.describeDBClusterAutomatedBackups({});
  const found = kept
    .filter(({ DBClusterIdentifier, Status }) => DBClusterIdentifier === cluster && Status === "retained")
    .sort((a, b) => (b.RestoreWindow?.LatestTime?.getTime() ?? 0) - (a.RestoreWindow?.LatestTime?.getTime() ?? 0))[0];
  if (found === undefined) return undefined;
  const { DbClusterResourceId: resourceId = "", RestoreWindow } = found;
  return { deleted: true, resourceId, from: RestoreWindow?.EarliestTime, to: RestoreWindow?.LatestTime };
}

function within({ from, to }: Window, source: { kind: "time"; utc: string } | { kind: "latest" }): Date | undefined {
  if (from === undefined || to === undefined) {
    throw new Failure(
      "refused",
      "RDS names no window of restorable times: the cluster is still being made or restored.",
    );
  }
  if (source.kind === "latest") return to;
  const time = new Date(source.utc);
  if (time >= from && time <= to) return time;
  throw new Failure(
    "refused",
    `${tokyo(time)} cannot be restored. The window is ${tokyo(from)} to ${tokyo(to)} (${span(Date.now() - to.getTime())} ago).`,
    time > to ? "The last moments come within minutes; or --to latest" : "Older: npm run operations -- backup list",
  );
}

async function snapshotNamed(rds: RDS, region: string, to: string): Promise<Pick<RestorePoint, "from" | "shows">> {
  const source = restoreSource(to);
  if (source?.kind === "snapshot" && source.region !== region) {
    throw new Failure(
      "refused",
      `The snapshot is in ${source.region} and the stack in ${region}: RDS restores it where it is.`,
      "The recovery stack is the one for copies in another region: docs/recovery.md",
    );
  }
  const name = to.split(":cluster-snapshot:").pop() ?? to;
  if (!/^[A-Za-z][A-Za-z0-9:-]{0,254}$/.test(name)) {
    throw new Failure("usage", `--to is "${to}", which is no time and no name of a snapshot.`, EXAMPLES);
  }
  const found = await rds
    .describeDBClusterSnapshots({ DBClusterSnapshotIdentifier: name })
    .then(({ DBClusterSnapshots = [] }) => DBClusterSnapshots[0])
    .catch((error: unknown) => {
      if (errorName(error) === "DBClusterSnapshotNotFoundFault") return undefined;
      throw error;
    });
  if (found === undefined)
    throw new Failure("refused", `There is no cluster snapshot "${name}" in ${region}.`, EXAMPLES);
  if (found.Status !== "available")
    throw new Failure("refused", `The snapshot ${name} is ${found.Status}, not available.`);
  return { from: found.DBClusterSnapshotArn ?? to, shows: found.SnapshotCreateTime };
}
