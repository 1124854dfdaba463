import {
  CopySnapshotCommand,
  type CopySnapshotCommandInput,
  CreateSnapshotCommand,
  type CreateSnapshotCommandInput,
  DeleteSnapshotCommand,
  type DeleteSnapshotCommandInput,
  DescribeReplicationGroupsCommand,
  type DescribeReplicationGroupsCommandOutput,
  DescribeSnapshotsCommand,
  type DescribeSnapshotsCommandInput,
  type DescribeSnapshotsCommandOutput,
  ElastiCacheClient,
  InvalidCacheClusterStateFault,
  InvalidSnapshotStateFault,
  SnapshotAlreadyExistsFault,
  SnapshotNotFoundFault,
  SnapshotQuotaExceededFault,
} from "@aws-sdk/client-elasticache";
import {
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  S3Client,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { createHandler } from "../../../functions/redis-export/handler";
import type { Settings } from "../../../functions/redis-export/settings";
import { sayTo } from "../../../functions/shared/say";
import { said, Surroundings } from "../support/around";

export const settings: Settings = {
  environment: "production",
  groups: { sessions: "affiliate-production-sessions", cache: "affiliate-production-cache" },
  snapshotPrefix: "affiliate-production-export",
  keyArn: "arn:aws:kms:ap-northeast-1:123456789012:key/1",
  bucket: "affiliate-production-redis-exports-123456789012",
  startAt: "06:30",
};

interface FakeSnapshot {
  readonly name: string;
  readonly source: "user" | "system";
  readonly request: Partial<CreateSnapshotCommandInput>;
  readonly ready: number;
  status: string;
  /** When its copy is in the bucket. */
  exportedAt?: number;
  deletedAt?: number;
}

const region = "ap-northeast-1";
const clients = { elasticache: new ElastiCacheClient({ region }), s3: new S3Client({ region }) };
const stubs = { elasticache: mockClient(clients.elasticache), s3: mockClient(clients.s3) };
const ok = { $metadata: {} };

/** Snapshots of ElastiCache and their copies in S3, in the SDK's own types. Written by hand, not recorded. */
export class FakeAws extends Surroundings {
  readonly snapshots = new Map<string, FakeSnapshot>();
  readonly objects = new Map<string, number>();
  readonly deleted: string[] = [];
  snapshotSeconds = 240;
  exportSeconds = 400;
  deleteSeconds = 60;
  /** What the next snapshots become, and what a group with an unfit state answers. */
  ends = "available";
  groupReady = true;
  quota = 20;
  /** Whether the source shows that it is being copied. */
  showsCopying = true;
  roles = ["primary", "replica", "replica"];

  constructor(start = "2026-11-26T21:00:00Z") {
    super(start);
    for (const stub of Object.values(stubs)) stub.reset();
    this.install();
  }

  add(name: string, source: "user" | "system" = "user"): void {
    this.snapshots.set(name, { name, source, request: {}, ready: 0, status: "available" });
  }

  async invoke(): Promise<void> {
    this.awake();
    for (const stub of Object.values(stubs)) stub.resetHistory();
    const world = { settings, ...clients, now: this.now, say: sayTo(this.write, this.now), write: this.write };
    return createHandler(() => world)();
  }

  async hours(count: number): Promise<number> {
    let failed = 0;
    for (let minute = 0; minute < count * 60; minute += 5) {
      await this.invoke().catch(() => (failed += 1));
      this.minutes(5);
    }
    return failed;
  }

  get names(): string[] {
    this.settle();
    return [...this.snapshots.keys()];
  }

  forget(): void {
    for (const list of [this.calls, this.lines]) list.splice(0);
  }

  private statusOf({ deletedAt, ready, exportedAt, status }: FakeSnapshot): string {
    if (deletedAt !== undefined) return "deleting";
    if (this.time < ready) return "creating";
    return this.showsCopying && exportedAt !== undefined && this.time < exportedAt ? "copying" : status;
  }

  private settle(): void {
    for (const [name, { exportedAt, deletedAt }] of this.snapshots) {
      if (exportedAt !== undefined && this.time >= exportedAt) this.objects.set(`${name}-0001.rdb`, 1000);
      if (deletedAt !== undefined && this.time >= deletedAt + this.deleteSeconds * 1000) this.snapshots.delete(name);
    }
  }

  private find(name: string | undefined): FakeSnapshot {
    const found = this.snapshots.get(name ?? "");
    if (found === undefined) throw new SnapshotNotFoundFault(said(`${name} not found`));
    return found;
  }

  private install(): void {
    const { elasticache, s3 } = stubs;
    elasticache.on(DescribeSnapshotsCommand).callsFake(
      this.around(
        "DescribeSnapshots",
        ({ SnapshotSource }: DescribeSnapshotsCommandInput): DescribeSnapshotsCommandOutput => {
          this.settle();
          const Snapshots = [...this.snapshots.values()]
            .filter(({ source }) => source === SnapshotSource)
            .map((snapshot) => ({ SnapshotName: snapshot.name, SnapshotStatus: this.statusOf(snapshot) }));
          return { Snapshots, ...ok };
        },
      ),
    );
    elasticache.on(DescribeReplicationGroupsCommand).callsFake(
      this.around(
        "DescribeReplicationGroups",
        ({ ReplicationGroupId }: { ReplicationGroupId?: string }): DescribeReplicationGroupsCommandOutput => ({
          ReplicationGroups: [
            {
              ReplicationGroupId,
              ClusterEnabled: false,
              NodeGroups: [
                {
                  NodeGroupMembers: this.roles.map((CurrentRole, index) => ({
                    CacheClusterId: `${ReplicationGroupId}-00${index + 1}`,
                    CurrentRole,
                  })),
                },
              ],
            },
          ],
          ...ok,
        }),
      ),
    );
    elasticache.on(CreateSnapshotCommand).callsFake(
      this.around("CreateSnapshot", (input: CreateSnapshotCommandInput) => {
        const name = input.SnapshotName ?? "";
        if (this.snapshots.has(name)) throw new SnapshotAlreadyExistsFault(said(name));
        if (!this.groupReady) throw new InvalidCacheClusterStateFault(said("a snapshot is being taken"));
        if (this.snapshots.size >= this.quota) throw new SnapshotQuotaExceededFault(said("20 a day"));
        const ready = this.time + this.snapshotSeconds * 1000;
        this.snapshots.set(name, { name, source: "user", request: input, ready, status: this.ends });
        return ok;
      }),
    );
    elasticache.on(CopySnapshotCommand).callsFake(
      this.around("CopySnapshot", ({ SourceSnapshotName }: CopySnapshotCommandInput) => {
        const found = this.find(SourceSnapshotName);
        if (found.exportedAt !== undefined) throw new SnapshotAlreadyExistsFault(said(found.name));
        if (this.statusOf(found) !== "available") throw new InvalidSnapshotStateFault(said(found.name));
        found.exportedAt = this.time + this.exportSeconds * 1000;
        return ok;
      }),
    );
    elasticache.on(DeleteSnapshotCommand).callsFake(
      this.around("DeleteSnapshot", ({ SnapshotName }: DeleteSnapshotCommandInput) => {
        const found = this.find(SnapshotName);
        if (["creating", "copying", "deleting"].includes(this.statusOf(found))) {
          throw new InvalidSnapshotStateFault(said(found.name));
        }
        found.deletedAt = this.time;
        this.deleted.push(found.name);
        return ok;
      }),
    );
    s3.on(ListObjectsV2Command).callsFake(
      this.around("ListObjectsV2", ({ Prefix = "" }: ListObjectsV2CommandInput): ListObjectsV2CommandOutput => {
        this.settle();
        const keys = [...this.objects].filter(([key]) => key.startsWith(Prefix));
        return { Contents: keys.map(([Key, Size]) => ({ Key, Size })), ...ok };
      }),
    );
  }
}
