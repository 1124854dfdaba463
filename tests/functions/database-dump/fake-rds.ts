import {
  AddTagsToResourceCommand,
  type AddTagsToResourceCommandInput,
  CreateDBInstanceCommand,
  type CreateDBInstanceCommandInput,
  type CreateDBInstanceCommandOutput,
  type DBCluster,
  DBClusterAlreadyExistsFault,
  DBClusterNotFoundFault,
  DBClusterQuotaExceededFault,
  DBInstanceAlreadyExistsFault,
  DBInstanceNotFoundFault,
  DeleteDBClusterCommand,
  type DeleteDBClusterCommandInput,
  DeleteDBInstanceCommand,
  type DeleteDBInstanceCommandInput,
  DescribeDBClustersCommand,
  type DescribeDBClustersCommandOutput,
  DescribeDBInstancesCommand,
  type DescribeDBInstancesCommandOutput,
  InvalidDBClusterStateFault,
  InvalidDBInstanceStateFault,
  type RDSClient,
  RestoreDBClusterToPointInTimeCommand,
  type RestoreDBClusterToPointInTimeCommandInput,
  type RestoreDBClusterToPointInTimeCommandOutput,
  type Tag,
} from "@aws-sdk/client-rds";
import type { AwsClientStub } from "aws-sdk-client-mock";
import { said, type Surroundings } from "../support/around";

export interface FakeCluster {
  readonly name: string;
  readonly tags: Tag[];
  readonly request: Partial<RestoreDBClusterToPointInTimeCommandInput>;
  /** When it is available. */
  readonly ready: number;
  /** What it is then. */
  status: string;
  deletedAt?: number;
}

export interface FakeInstance {
  readonly name: string;
  readonly cluster: string;
  readonly tags: Tag[];
  readonly request: Partial<CreateDBInstanceCommandInput>;
  readonly ready: number;
  status: string;
  deletedAt?: number;
}

const ok = { $metadata: {} };
const arnOf = (name: string) => `arn:aws:rds:ap-northeast-1:123456789012:cluster:${name}`;
const ARN_START = arnOf("").length;

/**
 * Aurora clusters and their instances, as far as they are cloned and deleted: what is being made cannot be deleted, and a
 * cluster goes once its instances do. Written in the SDK's types, not recorded.
 */
export class FakeRds {
  readonly clusters = new Map<string, FakeCluster>();
  readonly instances = new Map<string, FakeInstance>();
  /** Every name that was deleted, clusters and instances. */
  readonly deleted: string[] = [];
  /** Seconds that each takes. */
  cloneSeconds = 300;
  instanceSeconds = 480;
  deleteSeconds = 300;
  /** What the next ones become. */
  cloneEnds = "available";
  instanceEnds = "available";
  quota = 40;

  constructor(private readonly around: Surroundings) {}

  add(name: string, tags: Readonly<Record<string, string>> = {}, instance = false): void {
    const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    this.clusters.set(name, { name, tags: list, request: {}, ready: 0, status: "available" });
    if (!instance) return;
    this.instances.set(`${name}-1`, {
      name: `${name}-1`,
      cluster: name,
      tags: list,
      request: {},
      ready: 0,
      status: "available",
    });
  }

  statusOf(one: FakeCluster | FakeInstance): string {
    if (one.deletedAt !== undefined) return "deleting";
    return this.around.time < one.ready ? "creating" : one.status;
  }

  /** Lets go what has been deleted long enough ago. */
  settle(): void {
    for (const all of [this.clusters, this.instances] as Map<string, FakeCluster | FakeInstance>[]) {
      for (const [name, { deletedAt }] of all) {
        if (deletedAt !== undefined && this.around.time >= deletedAt + this.deleteSeconds * 1000) all.delete(name);
      }
    }
  }

  install(stub: AwsClientStub<RDSClient>): void {
    const on = this.around;
    stub.on(DescribeDBClustersCommand).callsFake(
      on.around("DescribeDBClusters", (): DescribeDBClustersCommandOutput => {
        this.settle();
        const DBClusters = [...this.clusters.values()].map((cluster): DBCluster => ({
          DBClusterIdentifier: cluster.name,
          DBClusterArn: arnOf(cluster.name),
          Status: this.statusOf(cluster),
          Endpoint: `${cluster.name}.cluster-a1b2c3.ap-northeast-1.rds.amazonaws.com`,
          TagList: [...cluster.tags],
        }));
        return { DBClusters, ...ok };
      }),
    );
    stub.on(DescribeDBInstancesCommand).callsFake(
      on.around("DescribeDBInstances", (): DescribeDBInstancesCommandOutput => {
        this.settle();
        const DBInstances = [...this.instances.values()].map((instance) => ({
          DBInstanceIdentifier: instance.name,
          DBClusterIdentifier: instance.cluster,
          DBInstanceStatus: this.statusOf(instance),
          TagList: [...instance.tags],
        }));
        return { DBInstances, ...ok };
      }),
    );
    stub
      .on(RestoreDBClusterToPointInTimeCommand)
      .callsFake(
        on.around("RestoreDBClusterToPointInTime", (input: RestoreDBClusterToPointInTimeCommandInput) =>
          this.clone(input),
        ),
      );
    stub
      .on(CreateDBInstanceCommand)
      .callsFake(on.around("CreateDBInstance", (input: CreateDBInstanceCommandInput) => this.createInstance(input)));
    stub.on(AddTagsToResourceCommand).callsFake(
      on.around("AddTagsToResource", ({ ResourceName = "", Tags = [] }: AddTagsToResourceCommandInput) => {
        this.clusters.get(ResourceName.slice(ARN_START))?.tags.push(...Tags);
        return ok;
      }),
    );
    stub
      .on(DeleteDBInstanceCommand)
      .callsFake(on.around("DeleteDBInstance", (input: DeleteDBInstanceCommandInput) => this.deleteInstance(input)));
    stub
      .on(DeleteDBClusterCommand)
      .callsFake(on.around("DeleteDBCluster", (input: DeleteDBClusterCommandInput) => this.deleteCluster(input)));
  }

  private clone(input: RestoreDBClusterToPointInTimeCommandInput): RestoreDBClusterToPointInTimeCommandOutput {
    const { DBClusterIdentifier: name = "", SourceDBClusterIdentifier: source = "", Tags = [] } = input;
    if (this.clusters.has(name)) throw new DBClusterAlreadyExistsFault(said(name));
    const from = this.clusters.get(source);
    if (from === undefined) throw new DBClusterNotFoundFault(said(`${source} not found`));
    if (this.statusOf(from) !== "available") throw new InvalidDBClusterStateFault(said(`${source} is not available`));
    if (this.clusters.size >= this.quota) throw new DBClusterQuotaExceededFault(said("Cluster quota exceeded"));
    const ready = this.around.time + this.cloneSeconds * 1000;
    this.clusters.set(name, { name, tags: [...Tags], request: input, ready, status: this.cloneEnds });
    return ok;
  }

  private createInstance(input: CreateDBInstanceCommandInput): CreateDBInstanceCommandOutput {
    const { DBInstanceIdentifier: name = "", DBClusterIdentifier: cluster = "", Tags = [] } = input;
    if (this.instances.has(name)) throw new DBInstanceAlreadyExistsFault(said(name));
    const of = this.clusters.get(cluster);
    if (of === undefined || this.statusOf(of) !== "available") throw new InvalidDBClusterStateFault(said(cluster));
    const ready = this.around.time + this.instanceSeconds * 1000;
    this.instances.set(name, {
      name,
      cluster,
      tags: [...Tags],
      request: input,
      ready,
      status: this.instanceEnds,
    });
    return ok;
  }

  private deleteInstance({ DBInstanceIdentifier: name = "" }: DeleteDBInstanceCommandInput) {
    const found = this.instances.get(name);
    if (found === undefined) throw new DBInstanceNotFoundFault(said(name));
    if (["creating", "deleting"].includes(this.statusOf(found))) throw new InvalidDBInstanceStateFault(said(name));
    found.deletedAt = this.around.time;
    this.deleted.push(name);
    return ok;
  }

  private deleteCluster({ DBClusterIdentifier: name = "" }: DeleteDBClusterCommandInput) {
    const found = this.clusters.get(name);
    if (found === undefined) throw new DBClusterNotFoundFault(said(name));
    const members = [...this.instances.values()].filter(({ cluster }) => cluster === name);
    const standing = members.some((instance) => this.statusOf(instance) !== "deleting");
    if (standing || ["creating", "deleting"].includes(this.statusOf(found))) {
      throw new InvalidDBClusterStateFault(said(`${name} still contains instances in non-deleting state`));
    }
    found.deletedAt = this.around.time;
    this.deleted.push(name);
    return ok;
  }
}
