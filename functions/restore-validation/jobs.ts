import {
  GetRestoreTestingPlanCommand,
  paginateListRestoreJobs,
  PutRestoreValidationResultCommand,
  type RestoreJobsListMember,
} from "@aws-sdk/client-backup";
import type { Verdict } from "./verdict";
import type { World } from "./world";

export interface Job {
  readonly id: string;
  readonly resourceType: string;
  /** Name of what was restored, such as `awsbackup-restore-test-…`. */
  readonly resource: string;
  readonly completedAt: Date;
  /** The moment that the recovery point shows. */
  readonly recoveryPointAt: Date | undefined;
  /** Waits for a verdict. */
  readonly open: boolean;
  readonly good: boolean;
  /** AWS Backup could not delete what was restored, and does not try again. */
  readonly leftBehind: string | undefined;
}

/** Days of jobs that AWS Backup remembers. */
const REMEMBERED_DAYS = 30;
const JUDGED: ReadonlySet<string> = new Set(["FAILED", "SUCCESSFUL", "TIMED_OUT"]);

/** The plan's restores that came about. Whether one failed is told by AWS Backup's own metric. */
export async function findJobs({ backup, settings, now }: World): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  const pages = paginateListRestoreJobs(
    { client: backup },
    {
      ByRestoreTestingPlanArn: settings.restoreTestingPlanArn,
      ByStatus: "COMPLETED",
      ByCreatedAfter: new Date(now().getTime() - REMEMBERED_DAYS * 86_400_000),
    },
  );
  for await (const { RestoreJobs = [] } of pages) jobs.push(...RestoreJobs.flatMap(jobOf));
  return jobs;
}

function jobOf(member: RestoreJobsListMember): Job[] {
  const { RestoreJobId: id, CreatedResourceArn: arn, CompletionDate, ValidationStatus, DeletionStatus } = member;
  if (id === undefined) return [];
  return [
    {
      id,
      resourceType: member.ResourceType ?? "unknown",
      resource: arn?.split(":").at(-1) ?? "",
      completedAt: CompletionDate ?? member.CreationDate ?? new Date(0),
      recoveryPointAt: member.RecoveryPointCreationDate,
      open: arn !== undefined && DeletionStatus === undefined && !JUDGED.has(ValidationStatus ?? ""),
      good: ValidationStatus === "SUCCESSFUL",
      leftBehind: DeletionStatus === "FAILED" ? (member.DeletionStatusMessage ?? "without a reason") : undefined,
    },
  ];
}

/** AWS Backup takes a verdict once, and then deletes what was restored. */
export async function tell({ backup }: World, { id }: Job, { good, message }: Verdict): Promise<void> {
  await backup.send(
    new PutRestoreValidationResultCommand({
      RestoreJobId: id,
      ValidationStatus: good ? "SUCCESSFUL" : "FAILED",
      ValidationStatusMessage: message.slice(0, 1000),
    }),
  );
}

export async function planMade({ backup, settings }: World): Promise<Date | undefined> {
  const { RestoreTestingPlan: plan } = await backup.send(
    new GetRestoreTestingPlanCommand({ RestoreTestingPlanName: settings.restoreTestingPlanName }),
  );
  return plan?.CreationTime;
}
