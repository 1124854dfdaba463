// The platform as boxes and lines: what stands behind each security group, in which tier, and the way from a visitor to it.
import { type Flow, flowsOf, membersOf, type Side } from "./flows";
import { at, type Graph, listOf, type Resource, wordOf } from "./graph";
import type { Box, Line } from "./layout";
import type { Marks } from "./marks";
import { type Words, words } from "./markup";
import { type Places, tierAmong } from "./places";

const counted = (count: unknown, noun: string): string => `${wordOf(count) ?? "?"} ${noun}${count === 1 ? "" : "s"}`;
const same = (text: string): Words => words(text, text);

/** One line on a resource that stands behind a group. A type that is not here is named by its type. */
const DESCRIPTIONS: Readonly<Record<string, (resource: Resource, graph: Graph) => Words>> = {
  "aws:ecs/service:Service": ({ inputs }) =>
    words(
      `ECS service, from ${counted(inputs.desiredCount, "task")}`,
      `ECSサービス(${wordOf(inputs.desiredCount) ?? "?"}タスク〜)`,
    ),
  "aws:lambda/function:Function": () => words("Lambda function", "Lambda関数"),
  "aws:lb/loadBalancer:LoadBalancer": ({ inputs }) =>
    inputs.internal === true
      ? words("internal load balancer, TLS", "内部ロードバランサー(TLS)")
      : words("public load balancer", "公開ロードバランサー"),
  "aws:rds/cluster:Cluster": ({ inputs, urn }, graph) => {
    const count = graph
      .ofType("aws:rds/clusterInstance:ClusterInstance")
      .filter(({ links }) => links.clusterIdentifier?.includes(urn)).length;
    const version = wordOf(inputs.engineVersion)?.replace(/^.*aurora\./, "") ?? "";
    return words(
      `Aurora MySQL ${version}, ${counted(count, "instance")}`,
      `Aurora MySQL ${version}・${count}インスタンス`,
    );
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": ({ inputs, name }) => {
    const nodes = wordOf(inputs.numCacheClusters) ?? "?";
    return words(`${name}: ${counted(inputs.numCacheClusters, "node")}`, `${name}: ${nodes}ノード`);
  },
};

const LAYER_OF_TIER: Readonly<Record<string, string>> = { public: "network", private: "compute", data: "data" };
const TIERS: Readonly<Record<string, Words>> = {
  public: words("Public subnets", "パブリックサブネット"),
  private: words("Private subnets", "プライベートサブネット"),
  data: words("Data subnets (no way out)", "データサブネット(外への経路なし)"),
};

export interface Architecture {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

export function architectureOf(graph: Graph, places: Places, marks: Marks): Architecture {
  const flows = flowsOf(graph);
  const sides = [...new Set(flows.flatMap(({ from, to }) => [from, to]))];
  const inside = sides.flatMap((side) =>
    side.group === undefined ? [] : [partyBox(graph, side, side.group, places, marks)],
  );
  const nat = natBox(graph, marks);
  const alike = alikeOf(flows);
  const tiers = [...new Set([...inside.map(({ tier }) => tier), ...(nat === undefined ? [] : ["public"])])];
  const tierBoxes = tiers.map((tier): Box => ({
    id: `tier-${tier}`,
    title: TIERS[tier] ?? same(tier),
    children: [
      ...alikeTogether(
        inside.filter((party) => party.tier === tier).map(({ box }) => box),
        alike,
      ),
      ...(tier === "public" && nat !== undefined ? [nat] : []),
    ],
  }));
  const [vpc] = graph.ofType("aws:ec2/vpc:Vpc");
  const vpcBox: Box | undefined = vpc && {
    id: "vpc",
    title: same(`VPC ${wordOf(vpc.inputs.cidrBlock) ?? ""}`),
    lines: [
      words(
        `${places.zones.length} zones: ${places.zones.join(", ")}`,
        `${places.zones.length}ゾーン: ${places.zones.join("、")}`,
      ),
    ],
    children: tierBoxes,
  };
  const edge = edgeOf(graph, marks);
  const s3 = bucketsBox(graph, marks);
  const internet: Box = {
    id: "internet",
    title: words("internet", "インターネット"),
    lines: [words("partners, Slack, Datadog", "提携先・Slack・Datadog")],
  };
  const outward = flows.some(({ to }) => to.key === "internet");
  return {
    boxes: [...edge.boxes, ...(vpcBox ? [vpcBox] : []), ...(s3 ? [s3] : []), ...(outward ? [internet] : [])],
    lines: [
      ...edge.lines,
      ...linesOf(flows, alike, nat !== undefined, s3 !== undefined),
      ...(outward && nat
        ? [{ from: nat.id, to: "internet", title: words("out through NAT", "NAT経由で外へ"), quiet: true }]
        : []),
    ],
  };
}

/** By their names where the descriptions alone would be the same. */
function apart(members: readonly Resource[], describe: (member: Resource) => Words): readonly Words[] {
  const said = members.map(describe);
  if (new Set(said.map(({ en }) => en)).size === said.length) return said;
  return members.map(({ name }, index) => words(`${name}: ${said[index]?.en}`, `${name}: ${said[index]?.ja}`));
}

function partyBox(graph: Graph, side: Side, group: Resource, places: Places, marks: Marks): { box: Box; tier: string } {
  const members = membersOf(graph, group);
  const types = new Map<string, number>();
  for (const { type } of members) types.set(type, (types.get(type) ?? 0) + 1);
  const lines = [...types].flatMap(([type, count]) => {
    const describe = DESCRIPTIONS[type];
    const ofType = members.filter((member) => member.type === type);
    if (describe !== undefined && count <= 2) return apart(ofType, (member) => describe(member, graph));
    const kind = type.split(":").at(-1) ?? type;
    return [
      type.endsWith(":VpcEndpoint")
        ? words(`${count} AWS services`, `AWSサービス ${count}件`)
        : same(`${count} × ${kind}`),
    ];
  });
  const tier = tierAmong(places, members) ?? "private";
  const none = [words("started when it is needed", "必要なときに起動")];
  const box: Box = {
    id: `party-${side.label}`,
    title: same(side.label),
    lines: lines.length > 0 ? lines : none,
    layer: LAYER_OF_TIER[tier],
    search: members[0] === undefined ? side.label : graph.owner(members[0].urn).name,
    ...marks.of([group, ...members].map(({ urn }) => urn)),
  };
  return { box, tier };
}

function natBox(graph: Graph, marks: Marks): Box | undefined {
  const gateways = graph.ofType("aws:ec2/natGateway:NatGateway");
  if (gateways.length === 0) return undefined;
  return {
    id: "nat",
    title: same("NAT"),
    lines: [words(counted(gateways.length, "gateway"), `ゲートウェイ ${gateways.length}台`)],
    layer: "network",
    search: "natGateway",
    ...marks.of(gateways.map(({ urn }) => urn)),
  };
}

function bucketsBox(graph: Graph, marks: Marks): Box | undefined {
  const [vpc] = graph.ofType("aws:ec2/vpc:Vpc");
  // Those of the VPC's region: copies elsewhere are in the table of backups.
  const buckets = graph
    .ofType("aws:s3/bucket:Bucket")
    .filter(({ inputs }) => vpc === undefined || inputs.region === vpc.inputs.region);
  if (buckets.length === 0) return undefined;
  return {
    id: "s3",
    title: same("S3"),
    layer: "data",
    lines: buckets.map(({ name }) => same(name)),
    search: "s3/bucket:",
    ...marks.of(buckets.map(({ urn }) => urn)),
  };
}

/** From the visitor to the load balancer: what is not said by security groups. */
function edgeOf(graph: Graph, marks: Marks): Architecture {
  const [distribution] = graph.ofType("aws:cloudfront/distribution:Distribution");
  if (distribution === undefined) return { boxes: [], lines: [] };
  const [acl] = graph.linked(distribution, "webAclId", "aws:wafv2/webAcl:WebAcl");
  const aliases = listOf(distribution.inputs.aliases).map(wordOf);
  const rules = listOf(acl?.inputs.rules).length;
  const boxes: Box[] = [
    { id: "viewer", title: words("visitors", "訪問者"), lines: [same("HTTPS")] },
    {
      id: "edge",
      title: same("CloudFront"),
      layer: "edge",
      lines: [
        ...(acl === undefined ? [] : [words(`WAF: ${rules} rules`, `WAF: ${rules}ルール`)]),
        ...(aliases.length === 0 ? [] : [words(`${aliases.length} host names`, `ホスト名 ${aliases.length}件`)]),
      ],
      search: "distribution",
      ...marks.of([distribution, ...(acl ? [acl] : [])].map(({ urn }) => urn)),
    },
  ];
  const assets = listOf(distribution.inputs.origins).some(
    (origin) => at(origin, "originAccessControlId") !== undefined,
  );
  return {
    boxes,
    lines: [
      { from: "viewer", to: "edge", title: words("TLS 1.2 and later", "TLS 1.2以上") },
      ...(assets ? [{ from: "edge", to: "s3", title: words("static files", "静的ファイル") }] : []),
    ],
  };
}

/** Parties that may call exactly the same others, by their boxes: the group that they are drawn in. */
type Alike = ReadonlyMap<string, string>;

function alikeOf(flows: readonly Flow[]): Alike {
  const targets = new Map<string, string[]>();
  for (const { from, to, port } of flows) {
    if (from.group !== undefined) targets.set(from.label, [...(targets.get(from.label) ?? []), `${to.key} ${port}`]);
  }
  const groups = new Map<string, string[]>();
  for (const [label, own] of targets) groups.set(own.join(), [...(groups.get(own.join()) ?? []), label]);
  const large = [...groups.values()].filter((labels) => labels.length > 1);
  return new Map(
    large.flatMap((labels, index) => labels.map((label) => [`party-${label}`, `alike-${index}`] as const)),
  );
}

/** One line instead of as many as there are parties. */
function alikeTogether(boxes: readonly Box[], alike: Alike): readonly Box[] {
  const groups = new Map<string, Box[]>();
  for (const box of boxes) {
    const group = alike.get(box.id);
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), { ...box, within: group }]);
  }
  return [
    ...boxes.filter(({ id }) => !alike.has(id)),
    ...[...groups].map(([id, children]) => ({ id, title: words("may call the same", "同じ宛先に通信"), children })),
  ];
}

function linesOf(flows: readonly Flow[], alike: Alike, nat: boolean, s3: boolean): readonly Line[] {
  const end = ({ key, label, group }: Side): string | undefined => {
    if (group !== undefined) return `party-${label}`;
    if (key === "cloudFront") return "edge";
    if (key === "s3") return s3 ? "s3" : undefined;
    return key === "internet" ? (nat ? "nat" : "internet") : undefined;
  };
  const lines = new Map<string, Line>();
  for (const { from, to, port, reason, halfOpen } of flows) {
    const [source, target] = [end(from), end(to)];
    if (source === undefined || target === undefined || halfOpen) continue;
    const group = alike.get(source);
    const quiet = to.label === "endpoints" || to.group === undefined;
    const title = same(`${group === undefined ? `${from.label} ` : ""}→ ${to.label} ${port}: ${reason}`);
    lines.set(`${group ?? source} ${target}`, { from: group ?? source, to: target, title, quiet });
  }
  return [...lines.values()];
}
