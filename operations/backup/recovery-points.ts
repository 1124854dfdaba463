import type { Backup, RecoveryPointByBackupVault, RestoreJobsListMember } from "@aws-sdk/client-backup";
import type { Copy, Verified } from "./copies";
import { errorName } from "../aws";
import type { Places, Vault } from "./places";
import { isGenerationOf } from "./snapshots";

const DAY_MS = 86_400_000;
/** Restore tests before that are of recovery points that are gone: config keeps none longer. */
const TESTS_DAYS = 400;

const STATES: Readonly<Record<string, Copy["state"]>> = {
  AVAILABLE: "good",
  COMPLETED: "good",
  CREATING: "running",
  PARTIAL: "incomplete",
  DELETING: "failed",
  EXPIRED: "failed",
  STOPPED: "failed",
};
const KINDS: Readonly<Record<string, Copy["of"]>> = { Aurora: "database", S3: "uploads" };

/** All recovery points of a vault, each with what the restore tests of its region found. */
export async function recoveryPoints(backup: Backup, vault: Vault): Promise<Copy[]> {
  const { paginateListRecoveryPointsByBackupVault } = await import("@aws-sdk/client-backup");
  const tests = await restoreTests(backup);
  const copies: Copy[] = [];
  for await (const { RecoveryPoints = [] } of paginateListRecoveryPointsByBackupVault(
    { client: backup },
    { BackupVaultName: vault.name },
  )) {
    copies.push(...RecoveryPoints.map((point) => copyOf(point, vault, tests)));
  }
  return copies;
}

function copyOf(point: RecoveryPointByBackupVault, vault: Vault, tests: ReadonlyMap<string, Verified>): Copy {
  const { RecoveryPointArn: id = "", ResourceArn = "", ResourceType = "", Status = "", CalculatedLifecycle } = point;
  const resource = ResourceArn.split(":").pop() ?? ResourceArn;
  return {
    of: ResourceType === "S3" && !resource.includes("-uploads-") ? "other" : (KINDS[ResourceType] ?? "other"),
    ...{ resource, id, kind: "recovery point", region: vault.region, place: vault.name },
    made: point.CreationDate,
    bytes: point.BackupSizeInBytes,
    state: STATES[Status] ?? "failed",
    until: CalculatedLifecycle?.DeleteAt,
    verified: tests.get(id),
  };
}

/** By recovery point, the newest one: restored, and found to be what it should, by AWS Backup's restore testing. */
async function restoreTests(backup: Backup): Promise<Map<string, Verified>> {
  const { paginateListRestoreJobs } = await import("@aws-sdk/client-backup");
  const tests = new Map<string, Verified>();
  const after = new Date(Date.now() - TESTS_DAYS * DAY_MS);
  for await (const { RestoreJobs = [] } of paginateListRestoreJobs({ client: backup }, { ByCreatedAfter: after })) {
    for (const job of RestoreJobs) {
      const verified = verdict(job);
      const known = tests.get(job.RecoveryPointArn ?? "");
      if (verified !== undefined && (known === undefined || known.at < verified.at)) {
        tests.set(job.RecoveryPointArn ?? "", verified);
      }
    }
  }
  return tests;
}

/** A restore that nobody looked into proves nothing: only validated ones count, and those that failed. */
function verdict({
  Status,
  ValidationStatus,
  CompletionDate,
  CreationDate,
}: RestoreJobsListMember): Verified | undefined {
  const at = CompletionDate ?? CreationDate;
  if (at === undefined) return undefined;
  if (ValidationStatus === "SUCCESSFUL") return { at, result: "good", by: "restore test" };
  const bad = ValidationStatus === "FAILED" || ValidationStatus === "TIMED_OUT" || Status === "FAILED";
  return bad ? { at, result: "bad", by: "restore test" } : undefined;
}

/** The newest good recovery point of the database in a region: the stack's own, or those that were copied there. */
export async function newestOfDatabase(
  backup: Backup,
  { vaults, database }: Places,
  region: string,
): Promise<Copy | undefined> {
  const here = vaults.filter((vault) => vault.region === region);
  const found = (await Promise.all(here.map((vault) => recoveryPoints(backup, vault).catch(noVault)))).flat();
  return found
    .filter(({ of, state, resource }) => of === "database" && state === "good" && isGenerationOf(database, resource))
    .sort((a, b) => (b.made?.getTime() ?? 0) - (a.made?.getTime() ?? 0))[0];
}

/** On the day a recovery stack has no vault of its own yet. */
function noVault(error: unknown): Copy[] {
  if (errorName(error) === "ResourceNotFoundException") return [];
  throw error;
}
