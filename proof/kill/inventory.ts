import type { Cloud, CloudResource } from "../../sandbox/cloud/cloud";
import { identityOf } from "../../toolchain/recover/identities";
import { resourcesOf, type StackState, type StateResource } from "../../toolchain/recover/state";

/** What holds data: made once, and never another one in its place. */
const STATEFUL: ReadonlySet<string> = new Set([
  "aws:dynamodb/table:Table",
  "aws:ecr/repository:Repository",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:kms/key:Key",
  "aws:rds/cluster:Cluster",
  "aws:rds/clusterInstance:ClusterInstance",
  "aws:s3/bucket:Bucket",
  "aws:secretsmanager/secret:Secret",
]);

/** The stateful resources that have been seen, by URN: id and time of creation. */
export type Births = Readonly<Record<string, string>>;

/**
 * Compares the state with the simulated cloud: each resource of the state is there exactly once, nothing else is there, and
 * data is what it was.
 * @param complete After an update that ended. Before that, what is made again without harm may be there already.
 * @returns what is wrong, in words
 */
export function faultsOf(state: StackState, cloud: Cloud, births: Births, complete: boolean): string[] {
  const held = resourcesOf(state).filter(({ custom, type }) => custom === true && !type.startsWith("pulumi:"));
  const there = cloud.all();
  const inCloud = new Set(there.map(({ type, id, region }) => `${type} ${id} ${region}`));
  const inState = new Map<string, string[]>();
  for (const one of held) inState.set(keyOf(one), [...(inState.get(keyOf(one)) ?? []), one.urn]);

  const lost = held.filter((one) => !inCloud.has(keyOf(one)));
  const orphans = there.filter((one) => !inState.has(`${one.type} ${one.id} ${one.region}`) && !mayStay(one, complete));
  const urns = held.filter((one) => one.delete !== true).map(({ urn }) => urn);
  const twice = urns.filter((urn, index) => urns.indexOf(urn) !== index);
  return [
    ...lost.map(({ urn, id }) => `in the state, not in the cloud: ${urn} ${id ?? ""}`),
    ...orphans.map(({ urn, id }) => `in the cloud, not in the state: ${urn} ${id}`),
    ...twice.map((urn) => `twice in the state: ${urn}`),
    ...[...inState].flatMap(([id, own]) =>
      new Set(own).size > 1 ? [`one resource for several: ${id}: ${own.join(", ")}`] : [],
    ),
    ...there.filter((one) => isReplaced(one, births)).map(({ urn }) => `data was replaced: ${urn}`),
  ];
}

/** An id is unique among its type in a region. */
function keyOf({ type, id = "", inputs, outputs }: StateResource): string {
  const region = outputs?.["region"] ?? inputs?.["region"];
  return `${type} ${id} ${typeof region === "string" ? region : "global"}`;
}

/**
 * On purpose: revisions of task definitions, to roll back to, and the records that all certificates of a name are renewed by
 * (components/foundation/certificates.ts).
 */
function mayStay({ type, urn, state }: CloudResource, complete: boolean): boolean {
  const renews = type === "aws:route53/record:Record" && urn.includes("::certificates-validation-");
  return renews || state["skipDestroy"] === true || (!complete && identityOf(type).by === "again");
}

const birthOf = ({ id, created }: CloudResource): string => `${id} ${created}`;

function isReplaced(resource: CloudResource, births: Births): boolean {
  const known = births[resource.urn];
  return STATEFUL.has(resource.type) && known !== undefined && known !== birthOf(resource);
}

/** With what was born since. */
export function withBirths(births: Births, cloud: Cloud): Births {
  const found = cloud.all().filter(({ type }) => STATEFUL.has(type));
  return { ...Object.fromEntries(found.map((one) => [one.urn, birthOf(one)])), ...births };
}
