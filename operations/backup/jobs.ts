import type { Backup, BackupJob } from "@aws-sdk/client-backup";
import { Failure } from "../failure";
import { pause } from "../invoke";
import type { Context } from "../verb";
import { Progress } from "./progress";
import { span, tokyo } from "./units";

export interface Wanted {
  readonly what: string;
  readonly resourceArn: string;
  readonly vault: string;
  readonly roleArn: string;
  /** Of the recovery point, in days: that of the plan's daily tier. */
  readonly keptDays: number;
}

/** What became of one copy that was asked for. */
export interface Made {
  readonly what: string;
  readonly id: string;
  readonly result: "made" | "followed" | "there";
}

const UNDER_WAY: ReadonlySet<string> = new Set(["CREATED", "PENDING", "RUNNING"]);
/** AWS Backup's least. Source: Backup StartBackupJob. */
const START_WITHIN_MINUTES = 60;
const COMPLETE_WITHIN_MINUTES = 720;

/** Copies are begun all at once, and followed to their end one after the other. */
export type Begun = () => Promise<Made>;

/** Begins a job, unless one was begun within the last minutes. */
export async function beginRecoveryPoint(
  { aws, terminal, signal }: Context,
  wanted: Wanted,
  { within, lookSeconds }: { readonly within: number; readonly lookSeconds: number },
): Promise<Begun> {
  const backup = await aws.backup();
  const known = await begunWithin(backup, wanted, within);
  const { what } = wanted;
  if (known?.State === "COMPLETED") {
    terminal.say(`${what}: there since ${tokyo(known.CompletionDate ?? new Date())}: ${known.RecoveryPointArn ?? ""}`);
    return () => Promise.resolve({ what, id: known.RecoveryPointArn ?? "", result: "there" });
  }
  const id = known?.BackupJobId ?? (await start(backup, wanted));
  terminal.say(known === undefined ? `${what}: job ${id} has begun.` : `${what}: following job ${id}, begun before.`);
  return async () => {
    const job = await follow(backup, id, what, { terminal, signal, lookSeconds });
    return { what, id: job.RecoveryPointArn ?? id, result: known === undefined ? "made" : "followed" };
  };
}

async function begunWithin(backup: Backup, { resourceArn, vault }: Wanted, within: number) {
  const { BackupJobs = [] } = await backup.listBackupJobs({
    ByResourceArn: resourceArn,
    ByBackupVaultName: vault,
    ByCreatedAfter: new Date(Date.now() - within * 60_000),
  });
  const since = Date.now() - within * 60_000;
  return BackupJobs.filter(
    ({ State = "", CreationDate }) =>
      (UNDER_WAY.has(State) || State === "COMPLETED") && (CreationDate?.getTime() ?? 0) >= since,
  ).sort((a, b) => (b.CreationDate?.getTime() ?? 0) - (a.CreationDate?.getTime() ?? 0))[0];
}

async function start(backup: Backup, { resourceArn, vault, roleArn, keptDays }: Wanted): Promise<string> {
  const { BackupJobId } = await backup.startBackupJob({
    BackupVaultName: vault,
    ResourceArn: resourceArn,
    IamRoleArn: roleArn,
    // A second call within the minute, its answer lost, is the first one's.
    IdempotencyToken: `now-${resourceArn.split(":").pop() ?? ""}-${new Date().toISOString().slice(0, 16)}`,
    Lifecycle: { DeleteAfterDays: keptDays },
    StartWindowMinutes: START_WITHIN_MINUTES,
    CompleteWindowMinutes: COMPLETE_WITHIN_MINUTES,
    RecoveryPointTags: { Tier: "now" },
  });
  if (BackupJobId === undefined) throw new Failure("failed", "AWS Backup named no job.");
  return BackupJobId;
}

async function follow(
  backup: Backup,
  BackupJobId: string,
  what: string,
  { terminal, signal, lookSeconds }: Pick<Context, "terminal" | "signal"> & { readonly lookSeconds: number },
): Promise<BackupJob> {
  const progress = await Progress.begin(terminal, what, { count: 100 });
  const began = Date.now();
  try {
    for (;;) {
      const job = await backup.describeBackupJob({ BackupJobId });
      const { State = "", StatusMessage, PercentDone, BackupSizeInBytes } = job;
      if (State === "COMPLETED") {
        terminal.say(`${what}: done in ${span(Date.now() - began)}: ${job.RecoveryPointArn ?? ""}`);
        return job;
      }
      if (!UNDER_WAY.has(State)) {
        throw new Failure(
          "failed",
          `job ${BackupJobId} ended as ${State}: ${StatusMessage ?? "AWS Backup gave no reason"}`,
        );
      }
      const bytes = BackupSizeInBytes === undefined || BackupSizeInBytes === 0 ? undefined : BackupSizeInBytes;
      progress.update({ count: Math.floor(Number(PercentDone ?? 0)), ...(bytes && { bytes }) }, State);
      await pause(lookSeconds, signal);
    }
  } finally {
    progress.end();
  }
}
