import {
  BackupClient,
  GetRestoreTestingPlanCommand,
  ListRestoreJobsCommand,
  type ListRestoreJobsCommandInput,
  type ListRestoreJobsCommandOutput,
  PutRestoreValidationResultCommand,
  type PutRestoreValidationResultCommandInput,
  type RestoreJobsListMember,
} from "@aws-sdk/client-backup";
import {
  CreateDBInstanceCommand,
  type CreateDBInstanceCommandInput,
  DBInstanceAlreadyExistsFault,
  DBInstanceNotFoundFault,
  DeleteDBInstanceCommand,
  type DeleteDBInstanceCommandInput,
  DescribeDBInstancesCommand,
  type DescribeDBInstancesCommandOutput,
  InvalidDBClusterStateFault,
  InvalidDBInstanceStateFault,
  RDSClient,
  type Tag,
} from "@aws-sdk/client-rds";
import { mockClient } from "aws-sdk-client-mock";
import type { Contents } from "../../../functions/restore-validation/contents";
import { createHandler } from "../../../functions/restore-validation/handler";
import type { Settings } from "../../../functions/restore-validation/settings";
import { sayTo } from "../../../functions/shared/say";
import { failure, said, Surroundings } from "../support/around";

export const settings: Settings = {
  environment: "production",
  restoreTestingPlanArn:
    "arn:aws:backup:ap-northeast-1:123456789012:restore-testing-plan:affiliate_production_restore_test-1",
  restoreTestingPlanName: "affiliate_production_restore_test",
  instancePrefix: "affiliate-production-restore-test",
  instanceClass: "db.r6g.large",
  certificateAuthority: "rds-ca-rsa2048-g1",
  database: "affiliate_production",
  port: 3306,
  secretArn: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:affiliate/production/database-dump-a1b2c3",
  newestWithinHours: 26,
};

interface FakeInstance {
  readonly name: string;
  readonly cluster: string;
  readonly tags: readonly Tag[];
  readonly ready: number;
  readonly status: string;
  deletedAt?: number;
}

const region = "ap-northeast-1";
const clients = { backup: new BackupClient({ region }), rds: new RDSClient({ region }) };
const stubs = { backup: mockClient(clients.backup), rds: mockClient(clients.rds) };
const ok = { $metadata: {} };
export const JOB = "0A1B2C3D-1111-2222-3333-444455556666";
export const CLUSTER = "awsbackup-restore-test-0a1b2c3d";

/** Restore jobs of AWS Backup and what becomes of them, in the SDK's own types. Written by hand, not recorded. */
export class FakeAws extends Surroundings {
  readonly jobs: RestoreJobsListMember[] = [];
  readonly instances = new Map<string, FakeInstance>();
  readonly deleted: string[] = [];
  /** Clusters that AWS Backup wanted to delete while an instance of theirs stood. */
  readonly stuck: string[] = [];
  instanceSeconds = 480;
  instanceEnds = "available";
  deleteSeconds = 240;
  planMade: Date | undefined = new Date("2026-11-01T00:00:00Z");
  read: (host: string) => Contents = () => ({
    tables: [
      { name: "clicks", rows: 1000, newest: new Date("2026-11-29T06:59:00Z") },
      { name: "migrations", rows: 40, newest: undefined },
    ],
  });

  constructor(start = "2026-11-29T07:30:00Z") {
    super(start);
    for (const stub of Object.values(stubs)) stub.reset();
    this.install();
  }

  restored(overrides: Partial<RestoreJobsListMember> = {}): void {
    this.jobs.push({
      RestoreJobId: JOB,
      Status: "COMPLETED",
      ResourceType: "Aurora",
      CreatedResourceArn: `arn:aws:rds:${region}:123456789012:cluster:${CLUSTER}`,
      CompletionDate: new Date(this.time),
      RecoveryPointCreationDate: new Date("2026-11-29T07:00:00Z"),
      ValidationStatus: "VALIDATING",
      ...overrides,
    });
  }

  async invoke(): Promise<void> {
    this.awake();
    for (const stub of Object.values(stubs)) stub.resetHistory();
    const handler = createHandler((secondsLeft) => ({
      settings,
      ...clients,
      read: ({ host }) => Promise.resolve().then(() => this.read(host)),
      now: this.now,
      secondsLeft,
      say: sayTo(this.write, this.now),
      write: this.write,
    }));
    return handler({}, { getRemainingTimeInMillis: () => 900_000 });
  }

  async hours(count: number): Promise<number> {
    let failed = 0;
    for (let minute = 0; minute < count * 60; minute += 5) {
      await this.invoke().catch(() => (failed += 1));
      this.minutes(5);
    }
    return failed;
  }

  add(name: string, tags: Readonly<Record<string, string>>): void {
    const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    this.instances.set(name, { name, cluster: "x", tags: list, ready: 0, status: "available" });
  }

  get standing(): string[] {
    this.settle();
    return [...this.instances.keys()];
  }

  private statusOf({ deletedAt, ready, status }: FakeInstance): string {
    if (deletedAt !== undefined) return "deleting";
    return this.time < ready ? "creating" : status;
  }

  private settle(): void {
    for (const [name, { deletedAt }] of this.instances) {
      if (deletedAt !== undefined && this.time >= deletedAt + this.deleteSeconds * 1000) this.instances.delete(name);
    }
  }

  private install(): void {
    const { backup, rds } = stubs;
    backup.on(ListRestoreJobsCommand).callsFake(
      this.around(
        "ListRestoreJobs",
        ({ ByRestoreTestingPlanArn, ByStatus }: ListRestoreJobsCommandInput): ListRestoreJobsCommandOutput => {
          if (ByRestoreTestingPlanArn !== settings.restoreTestingPlanArn)
            throw failure("InvalidParameterValueException", "");
          return { RestoreJobs: this.jobs.filter(({ Status }) => Status === ByStatus), ...ok };
        },
      ),
    );
    backup
      .on(GetRestoreTestingPlanCommand)
      .callsFake(
        this.around("GetRestoreTestingPlan", () => ({ RestoreTestingPlan: { CreationTime: this.planMade }, ...ok })),
      );
    backup.on(PutRestoreValidationResultCommand).callsFake(
      this.around("PutRestoreValidationResult", (input: PutRestoreValidationResultCommandInput) => {
        const job = this.jobs.find(({ RestoreJobId }) => RestoreJobId === input.RestoreJobId);
        if (job === undefined || ["SUCCESSFUL", "FAILED"].includes(job.ValidationStatus ?? "")) {
          throw failure("InvalidRequestException", "There is a result already");
        }
        Object.assign(job, {
          ValidationStatus: input.ValidationStatus,
          ValidationStatusMessage: input.ValidationStatusMessage,
        });
        const cluster = job.CreatedResourceArn?.split(":").at(-1) ?? "";
        const there = [...this.instances.values()].filter((instance) => instance.cluster === cluster);
        if (there.some((instance) => this.statusOf(instance) !== "deleting")) this.stuck.push(cluster);
        return ok;
      }),
    );
    rds.on(DescribeDBInstancesCommand).callsFake(
      this.around("DescribeDBInstances", (): DescribeDBInstancesCommandOutput => {
        this.settle();
        const DBInstances = [...this.instances.values()].map((instance) => ({
          DBInstanceIdentifier: instance.name,
          DBClusterIdentifier: instance.cluster,
          DBInstanceStatus: this.statusOf(instance),
          TagList: [...instance.tags],
          ...(this.time >= instance.ready && { Endpoint: { Address: `${instance.name}.example` } }),
        }));
        return { DBInstances, ...ok };
      }),
    );
    rds.on(CreateDBInstanceCommand).callsFake(
      this.around("CreateDBInstance", (input: CreateDBInstanceCommandInput) => {
        const { DBInstanceIdentifier: name = "", DBClusterIdentifier: cluster = "", Tags = [] } = input;
        if (this.instances.has(name)) throw new DBInstanceAlreadyExistsFault(said(name));
        if (!cluster.startsWith("awsbackup-restore-test")) throw new InvalidDBClusterStateFault(said(cluster));
        const ready = this.time + this.instanceSeconds * 1000;
        this.instances.set(name, { name, cluster, tags: Tags, ready, status: this.instanceEnds });
        return ok;
      }),
    );
    rds.on(DeleteDBInstanceCommand).callsFake(
      this.around("DeleteDBInstance", ({ DBInstanceIdentifier: name = "" }: DeleteDBInstanceCommandInput) => {
        const found = this.instances.get(name);
        if (found === undefined) throw new DBInstanceNotFoundFault(said(name));
        if (["creating", "deleting"].includes(this.statusOf(found))) throw new InvalidDBInstanceStateFault(said(name));
        found.deletedAt = this.time;
        this.deleted.push(name);
        return ok;
      }),
    );
  }
}
