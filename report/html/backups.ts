// By what each store of data is kept a second time, read from the resources that keep it.
import { statefulTypes } from "../../policy/rules/backup/stateful-protected";
import { at, type Graph, listOf, type Resource, wordOf } from "./graph";
import { type Words, words } from "./markup";

export interface Cover {
  readonly what: Words;
  /** Days that it is kept; undefined where it has no end, or where the plan does not say yet. */
  readonly days: number | undefined;
  /** The region of a copy elsewhere. */
  readonly region?: string;
}

export interface Covered {
  readonly resource: Resource;
  /** What it is to lose it: data, or what can be made again. */
  readonly covers: readonly Cover[];
  /** Whether Pulumi, or AWS itself, refuses to delete it. */
  readonly guards: readonly string[];
}

const days = (value: unknown): number | undefined => (typeof value === "number" && value > 0 ? value : undefined);

/** By what a type is covered on its own account. A stateful type that is not here has nothing of the kind. */
const OWN: Readonly<Record<string, (resource: Resource, graph: Graph) => readonly Cover[]>> = {
  "aws:rds/cluster:Cluster": ({ inputs }) => [
    {
      what: words("point in time, to the second", "ポイントインタイム(秒単位)"),
      days: days(inputs.backupRetentionPeriod),
    },
    ...(inputs.skipFinalSnapshot === true
      ? []
      : [{ what: words("final snapshot when it is deleted", "削除時の最終スナップショット"), days: undefined }]),
  ],
  "aws:elasticache/replicationGroup:ReplicationGroup": ({ inputs }) => {
    const kept = days(inputs.snapshotRetentionLimit);
    return kept === undefined ? [] : [{ what: words("daily snapshot", "日次スナップショット"), days: kept }];
  },
  "aws:dynamodb/table:Table": ({ inputs }) =>
    at(inputs.pointInTimeRecovery, "enabled") === true
      ? [
          {
            what: words("point in time, to the second", "ポイントインタイム(秒単位)"),
            days: days(at(inputs.pointInTimeRecovery, "recoveryPeriodInDays")) ?? 35,
          },
        ]
      : [],
  "aws:s3/bucket:Bucket": bucketCovers,
  "aws:kms/key:Key": (key, graph) => [
    {
      what: words("deletion can be taken back", "削除の取り消し期間"),
      days: days(key.inputs.deletionWindowInDays) ?? 30,
    },
    ...graph
      .ofType("aws:kms/replicaKey:ReplicaKey")
      .filter((replica) => graph.linked(replica, "primaryKeyArn", key.type).includes(key))
      .map((replica) => ({ what: words("replica key", "レプリカキー"), days: undefined, ...regionOf(replica) })),
  ],
  "aws:secretsmanager/secret:Secret": ({ inputs }) => [
    { what: words("deletion can be taken back", "削除の取り消し期間"), days: days(inputs.recoveryWindowInDays) },
    ...listOf(inputs.replicas).map((replica) => ({
      what: words("replica", "レプリカ"),
      days: undefined,
      ...regionOf({ inputs: { region: at(replica, "region") } }),
    })),
  ],
};

const regionOf = ({ inputs }: Pick<Resource, "inputs">): { region?: string } => {
  const region = wordOf(inputs.region);
  return region === undefined ? {} : { region };
};

const BUCKET = "aws:s3/bucket:Bucket";

/** The bucket that something belongs to: a bucket's name is handed on by its settings, once they are in place. */
function bucketsOf(graph: Graph, resource: Resource, input: string): readonly Resource[] {
  const linked = (resource.links[input] ?? []).flatMap((urn) => graph.get(urn) ?? []);
  const behind = linked.flatMap((one) =>
    one.type.startsWith("aws:s3/bucket") ? graph.linked(one, "bucket", BUCKET) : [],
  );
  return [...new Set([...graph.linked(resource, input, BUCKET), ...behind])];
}

const REPLICATIONS = [
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  "aws:s3/bucketReplicationConfiguration:BucketReplicationConfiguration",
];

function bucketCovers(bucket: Resource, graph: Graph): readonly Cover[] {
  const of = (type: string): readonly Resource[] =>
    graph.ofType(type).filter((one) => bucketsOf(graph, one, "bucket").includes(bucket));
  const [versioning] = of("aws:s3/bucketVersioning:BucketVersioning");
  const [lifecycle] = of("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
  const [lock] = of("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration");
  const noncurrent = listOf(lifecycle?.inputs.rules)
    .map((rule) => Number(at(rule, "noncurrentVersionExpiration", "noncurrentDays")))
    .filter(Number.isFinite);
  const covers: Cover[] = [];
  if (at(versioning?.inputs.versioningConfiguration, "status") === "Enabled") {
    const what = words("earlier versions of each object", "オブジェクトの旧バージョン");
    covers.push({ what, days: days(Math.max(0, ...noncurrent)) });
  }
  if (lock !== undefined) {
    const what = words("object lock", "オブジェクトロック");
    covers.push({ what, days: days(at(lock.inputs.rule, "defaultRetention", "days")) });
  }
  for (const replication of REPLICATIONS.flatMap(of)) {
    const what = words("replicated as it is written", "書き込みごとにレプリケーション");
    covers.push({ what, days: undefined, ...destinationOf(graph, bucket, replication) });
  }
  return covers;
}

function destinationOf(graph: Graph, source: Resource, replication: Resource): { region?: string } {
  const arns = listOf(replication.inputs.rules).map((rule) => at(rule, "destination", "bucket"));
  const target = [
    ...bucketsOf(graph, replication, "rules"),
    ...graph.ofType(BUCKET).filter(({ outputs }) => arns.includes(outputs.arn)),
  ].find((bucket) => bucket !== source);
  return target === undefined ? {} : regionOf(target);
}

/** By AWS Backup: what a selection takes, by a link, an ARN, a pattern or a tag, and what its plan does with it. */
function planned(resource: Resource, graph: Graph): readonly Cover[] {
  return graph
    .ofType("aws:backup/selection:Selection")
    .filter((selection) => selects(graph, selection, resource))
    .flatMap((selection) => graph.linked(selection, "planId", "aws:backup/plan:Plan"))
    .flatMap((plan) =>
      listOf(plan.inputs.rules).flatMap((rule) => {
        const name = wordOf(at(rule, "ruleName")) ?? plan.name;
        const own = {
          what: words(`AWS Backup: ${name}`, `AWS Backup: ${name}`),
          days: days(at(rule, "lifecycle", "deleteAfter")),
        };
        const copies = listOf(at(rule, "copyActions")).map((copy) => ({
          what: words(`copy of ${name}`, `${name} のコピー`),
          days: days(at(copy, "lifecycle", "deleteAfter")),
          ...copyRegion(graph, plan, copy),
        }));
        return [own, ...copies];
      }),
    );
}

function copyRegion(graph: Graph, plan: Resource, copy: unknown): { region?: string } {
  const arn = wordOf(at(copy, "destinationVaultArn"));
  const region = arn?.split(":")[3];
  if (region !== undefined) return { region };
  const vaults = graph.linked(plan, "rules", "aws:backup/vault:Vault").map((vault) => wordOf(vault.inputs.region));
  const other = vaults.find((one) => one !== undefined && one !== wordOf(plan.inputs.region));
  return other === undefined ? {} : { region: other };
}

function selects(graph: Graph, selection: Resource, resource: Resource): boolean {
  if (selection.links.resources?.includes(resource.urn)) return true;
  if (bucketsOf(graph, selection, "resources").includes(resource)) return true;
  const arn = wordOf(resource.outputs.arn);
  const named = listOf(selection.inputs.resources).map(wordOf);
  if (arn !== undefined && named.some((pattern) => pattern !== undefined && matches(pattern, arn))) return true;
  return listOf(selection.inputs.selectionTags).some(
    (tag) => at(resource.inputs.tags, wordOf(at(tag, "key")) ?? "") === at(tag, "value"),
  );
}

const matches = (pattern: string, arn: string): boolean =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
  ).test(arn);

/** What AWS itself refuses to delete. */
const GUARDS: readonly string[] = ["deletionProtection", "deletionProtectionEnabled"];

export function coverageOf(graph: Graph): readonly Covered[] {
  return graph.custom
    .filter(({ type }) => statefulTypes.has(type))
    .map((resource) => ({
      resource,
      covers: [...(OWN[resource.type]?.(resource, graph) ?? []), ...planned(resource, graph)],
      guards: [...(resource.protect ? ["protect"] : []), ...GUARDS.filter((input) => resource.inputs[input] === true)],
    }))
    .sort((a, b) => rank(a) - rank(b) || a.resource.name.localeCompare(b.resource.name));
}

const ORDER = ["rds", "dynamodb", "s3", "elasticache", "ecr", "secretsmanager", "kms"];
const rank = ({ resource }: Covered): number => {
  const index = ORDER.findIndex((service) => resource.type.startsWith(`aws:${service}/`));
  return index < 0 ? ORDER.length : index;
};
