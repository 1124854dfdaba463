// Who may talk to whom, read back from the security groups' rules: what a plan says, and not what a table meant.
import { type Graph, type Resource, wordOf } from "./graph";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";

/** Outside of every security group; any other word is a range of addresses. */
export type Outside = "cloudFront" | "s3" | "internet";

export interface Side {
  /** The group's URN, or who stands outside. */
  readonly key: string;
  readonly label: string;
  /** Undefined for who stands outside. */
  readonly group: Resource | undefined;
}

export interface Flow {
  readonly from: Side;
  readonly to: Side;
  /** `443`, `8125/udp`, `1024-65535`, `all`. */
  readonly port: string;
  readonly reason: string;
  /** Both groups must let it pass; with one rule alone nothing gets through. */
  readonly halfOpen: boolean;
}

export function flowsOf(graph: Graph): readonly Flow[] {
  const sides = new Map<string, Side>();
  const side = (key: string, label: string, group?: Resource): Side => {
    const known = sides.get(key) ?? { key, label, group };
    sides.set(key, known);
    return known;
  };
  const ofGroup = (group: Resource): Side =>
    side(group.urn, group.name.replace(`${graph.owner(group.urn).name}-`, ""), group);
  const found = new Map<string, { flow: Flow; rules: Set<string> }>();
  for (const rule of graph.ofType(INGRESS, EGRESS)) {
    const [holder] = graph.linked(rule, "securityGroupId", GROUP);
    if (holder === undefined) continue;
    const [own, peer] = [ofGroup(holder), peerOf(graph, rule, side, ofGroup)];
    const [from, to] = rule.type === INGRESS ? [peer, own] : [own, peer];
    const port = portOf(rule);
    const key = `${from.key} ${to.key} ${port}`;
    const rules = (found.get(key)?.rules ?? new Set<string>()).add(rule.type);
    const needed = [from, to].filter(({ group }) => group !== undefined).length;
    const flow = { from, to, port, reason: wordOf(rule.inputs.description) ?? "", halfOpen: rules.size < needed };
    found.set(key, { flow, rules });
  }
  const flows = [...found.values()].map(({ flow }) => flow);
  const compare = byDistance(flows);
  return flows.sort((a, b) => compare(a.from, b.from) || compare(a.to, b.to) || a.port.localeCompare(b.port));
}

/** A visitor's way first: by how many connections it takes to get there from CloudFront, and then by name. */
export function byDistance(flows: readonly Flow[]): (a: Side, b: Side) => number {
  const distance = new Map<string, number>([["cloudFront", 0]]);
  for (const key of distance.keys()) {
    for (const { from, to } of flows) {
      if (from.key === key && !distance.has(to.key)) distance.set(to.key, (distance.get(key) ?? 0) + 1);
    }
  }
  const rank = ({ key, group }: Side): number =>
    (distance.get(key) ?? 99) + (group === undefined && key !== "cloudFront" ? 100 : 0);
  return (a, b) => rank(a) - rank(b) || a.label.localeCompare(b.label);
}

function peerOf(
  graph: Graph,
  rule: Resource,
  side: (key: string, label: string) => Side,
  ofGroup: (group: Resource) => Side,
): Side {
  const [group] = graph.linked(rule, "referencedSecurityGroupId", GROUP);
  if (group !== undefined) return ofGroup(group);
  const cidr = wordOf(rule.inputs.cidrIpv4) ?? wordOf(rule.inputs.cidrIpv6);
  if (cidr !== undefined)
    return cidr === "0.0.0.0/0" || cidr === "::/0" ? side("internet", "internet") : side(cidr, cidr);
  if (isEndpointsList(graph, rule)) return side("s3", "S3");
  // The other list of AWS's that a security group here may name: CloudFront's servers that fetch from origins.
  return side("cloudFront", "CloudFront");
}

function isEndpointsList(graph: Graph, rule: Resource): boolean {
  if (graph.linked(rule, "prefixListId", ENDPOINT).length > 0) return true;
  const list = wordOf(rule.inputs.prefixListId);
  return list !== undefined && graph.ofType(ENDPOINT).some(({ outputs }) => outputs.prefixListId === list);
}

function portOf({ inputs }: Resource): string {
  const [from, to, protocol] = [inputs.fromPort, inputs.toPort, inputs.ipProtocol].map(wordOf);
  if (from === undefined || protocol === "-1") return "all";
  return `${from === to ? from : `${from}-${to}`}${protocol === "tcp" ? "" : `/${protocol}`}`;
}

/** By which inputs something is put behind a group; in others, such as an environment, it is only told of it. */
const BEHIND = [
  "securityGroups",
  "securityGroupIds",
  "vpcSecurityGroupIds",
  "networkConfiguration",
  "vpcConfig",
] as const;

/** What stands behind a group: services, functions, databases. */
export const membersOf = (graph: Graph, group: Resource): readonly Resource[] =>
  graph.custom.filter(({ links }) => BEHIND.some((input) => links[input]?.includes(group.urn)));
