import {
  CreateDBClusterSnapshotCommand,
  type CreateDBClusterSnapshotCommandInput,
  type CreateDBClusterSnapshotCommandOutput,
  DBClusterSnapshotAlreadyExistsFault,
  DBClusterSnapshotNotFoundFault,
  DeleteDBClusterSnapshotCommand,
  type DeleteDBClusterSnapshotCommandOutput,
  DescribeDBClusterSnapshotsCommand,
  type DescribeDBClusterSnapshotsCommandInput,
  type DescribeDBClusterSnapshotsCommandOutput,
  type RDSClient,
  SnapshotQuotaExceededFault,
} from "@aws-sdk/client-rds";
import type { AwsClientStub } from "aws-sdk-client-mock";
import type { Around } from "./fake-table";

interface Snapshot {
  readonly name: string;
  readonly cluster: string;
  readonly created: number;
  /** When it is available; or failed. */
  readonly ready: number;
  readonly fails: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Manual snapshots of RDS clusters. Written in the SDK's types, not recorded. */
export class FakeSnapshots {
  readonly kept = new Map<string, Snapshot>();
  /** Seconds that one takes. */
  seconds = 120;
  fails = false;
  quota = 100;

  constructor(private readonly now: () => number) {}

  add(name: string, created: number, cluster = "affiliate-production-database"): void {
    this.kept.set(name, { name, cluster, created, ready: created, fails: false, tags: {} });
  }

  statusOf({ ready, fails }: Snapshot): string {
    if (this.now() < ready) return "creating";
    return fails ? "failed" : "available";
  }

  install(stub: AwsClientStub<RDSClient>, around: Around): void {
    stub.on(CreateDBClusterSnapshotCommand).callsFake(
      around("CreateDBClusterSnapshot", (input: CreateDBClusterSnapshotCommandInput) => {
        const name = input.DBClusterSnapshotIdentifier ?? "";
        const fault = { message: name, $metadata: { httpStatusCode: 400 } };
        if (this.kept.has(name)) throw new DBClusterSnapshotAlreadyExistsFault(fault);
        if (this.kept.size >= this.quota) throw new SnapshotQuotaExceededFault(fault);
        this.kept.set(name, {
          name,
          cluster: input.DBClusterIdentifier ?? "",
          created: this.now(),
          ready: this.now() + this.seconds * 1000,
          fails: this.fails,
          tags: Object.fromEntries((input.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
        });
        return { DBClusterSnapshot: {}, $metadata: {} } satisfies CreateDBClusterSnapshotCommandOutput;
      }),
    );
    stub.on(DescribeDBClusterSnapshotsCommand).callsFake(
      around("DescribeDBClusterSnapshots", (input: DescribeDBClusterSnapshotsCommandInput) => {
        const { DBClusterSnapshotIdentifier: name, DBClusterIdentifier: cluster } = input;
        const found = [...this.kept.values()].filter((kept) => kept.name === (name ?? kept.name));
        if (name !== undefined && found.length === 0) {
          throw new DBClusterSnapshotNotFoundFault({ message: name, $metadata: { httpStatusCode: 404 } });
        }
        const DBClusterSnapshots = found
          .filter((kept) => kept.cluster === (cluster ?? kept.cluster))
          .map((kept) => ({
            DBClusterSnapshotIdentifier: kept.name,
            SnapshotCreateTime: new Date(kept.created),
            Status: this.statusOf(kept),
          }));
        return { DBClusterSnapshots, $metadata: {} } satisfies DescribeDBClusterSnapshotsCommandOutput;
      }),
    );
    stub.on(DeleteDBClusterSnapshotCommand).callsFake(
      around(
        "DeleteDBClusterSnapshot",
        ({ DBClusterSnapshotIdentifier: name = "" }: { DBClusterSnapshotIdentifier?: string }) => {
          if (!this.kept.delete(name)) throw new DBClusterSnapshotNotFoundFault({ message: name, $metadata: {} });
          return { $metadata: {} } satisfies DeleteDBClusterSnapshotCommandOutput;
        },
      ),
    );
  }
}
