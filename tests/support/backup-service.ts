import type { RDS } from "@aws-sdk/client-rds";
import type { StandIn } from "./aws-front";

/** A job or recovery point as the API writes it; times are seconds since 1970. */
type Wire = Record<string, unknown>;

/**
 * AWS Backup, written after its API reference, since moto 5.2 has none of its jobs: a fake, and no proof of what AWS does.
 * A job comes to its end by being looked at: created, running, completed.
 */
export class FakeBackup {
  readonly points = new Map<string, Wire[]>();
  readonly restoreJobs: Wire[] = [];
  readonly copyJobs: Wire[] = [];
  readonly jobs: Wire[] = [];
  /** What each StartBackupJob asked for. */
  readonly asked: Wire[] = [];
  /** The end of the next jobs, if not COMPLETED. */
  ends: string[] = [];

  clear(): void {
    for (const list of [this.restoreJobs, this.copyJobs, this.jobs, this.asked]) list.length = 0;
    this.points.clear();
    this.ends = [];
  }

  readonly standIn: StandIn = (name, body) => {
    const [method = "", url = ""] = name.split(" ");
    const { pathname, searchParams } = new URL(url, "http://backup");
    const path = pathname.replace(/\/$/, "");
    const answer = this.answer(method, path, searchParams, body);
    return Promise.resolve(answer && { status: 200, body: JSON.stringify(answer) });
  };

  private answer(method: string, path: string, query: URLSearchParams, body: string): Wire | undefined {
    const vault = /^\/backup-vaults\/([^/]+)\/recovery-points$/.exec(path)?.[1];
    if (vault !== undefined) return { RecoveryPoints: this.points.get(vault) ?? [] };
    if (path === "/restore-jobs" && method === "GET") return { RestoreJobs: this.restoreJobs };
    if (path === "/copy-jobs") return { CopyJobs: this.copyJobs };
    if (path === "/backup-jobs" && method === "GET") {
      const of = query.get("resourceArn");
      return { BackupJobs: this.jobs.filter(({ ResourceArn }) => of === null || of === ResourceArn) };
    }
    if (path === "/backup-jobs" && method === "PUT") return this.start(JSON.parse(body) as Wire);
    const job = /^\/backup-jobs\/([^/]+)$/.exec(path)?.[1];
    return job === undefined ? undefined : this.look(job);
  }

  private start(asked: Wire): Wire {
    this.asked.push(asked);
    const { ResourceArn, BackupVaultName } = asked;
    const BackupJobId = `job-${this.jobs.length + 1}`;
    this.jobs.push({ BackupJobId, ResourceArn, BackupVaultName, State: "CREATED", CreationDate: Date.now() / 1000 });
    return { BackupJobId };
  }

  private look(id: string): Wire | undefined {
    const job = this.jobs.find(({ BackupJobId }) => BackupJobId === id);
    if (job === undefined) return undefined;
    const now = { ...job };
    if (job["State"] === "CREATED")
      Object.assign(job, { State: "RUNNING", PercentDone: "40.0", BackupSizeInBytes: 2 ** 30 });
    else if (job["State"] === "RUNNING") {
      const State = this.ends.shift() ?? "COMPLETED";
      const RecoveryPointArn = `arn:aws:backup:ap-northeast-1:123456789012:recovery-point:${id}`;
      const more = State === "COMPLETED" ? { RecoveryPointArn } : { StatusMessage: "in the backup window" };
      Object.assign(job, { State, PercentDone: "100.0", CompletionDate: Date.now() / 1000, ...more });
    }
    return now;
  }
}

/** Backups of a deleted cluster, which moto 5.2 does not know: written after the API reference. */
export const retainedBackups = (clusters: readonly { id: string; resourceId: string; from: Date; to: Date }[]) => {
  const members = clusters.map(
    ({ id, resourceId, from, to }) =>
      `<DBClusterAutomatedBackup><DBClusterIdentifier>${id}</DBClusterIdentifier>` +
      `<DbClusterResourceId>${resourceId}</DbClusterResourceId><Status>retained</Status><RestoreWindow>` +
      `<EarliestTime>${from.toISOString()}</EarliestTime><LatestTime>${to.toISOString()}</LatestTime>` +
      "</RestoreWindow></DBClusterAutomatedBackup>",
  );
  const result = `<DBClusterAutomatedBackups>${members.join("")}</DBClusterAutomatedBackups>`;
  return (
    '<DescribeDBClusterAutomatedBackupsResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">' +
    `<DescribeDBClusterAutomatedBackupsResult>${result}</DescribeDBClusterAutomatedBackupsResult>` +
    "</DescribeDBClusterAutomatedBackupsResponse>"
  );
};

/** Moto snapshots each cluster that is made, under a name with the minute: a second one of a name within it would fail. */
export async function forgetSnapshots(rds: RDS): Promise<void> {
  const { DBClusterSnapshots = [] } = await rds.describeDBClusterSnapshots({ SnapshotType: "automated" });
  for (const { DBClusterSnapshotIdentifier } of DBClusterSnapshots) {
    await rds.deleteDBClusterSnapshot({ DBClusterSnapshotIdentifier });
  }
}
