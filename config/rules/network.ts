import { aligned, contains, firstFree, overlap, prefixLength, privateRanges, usableAddresses } from "../cidr";
import type { Path } from "../faults";
import { regions } from "../regions";
import { inWords, noDuplicates, type Rule, type RuleSet } from "./rule";

const tiers = ["publicCidrs", "privateCidrs", "dataCidrs"] as const;

export const zoneRules: RuleSet = (file) => {
  const facts = () => regions[file.aws.region];
  const zone = (index: number) => file.network.zones[index] ?? { name: "", id: "" };
  const letters = () => [...facts().letters].map((letter) => `${file.aws.region}${letter}`);
  const usable = () => facts().zoneIds.filter((id) => !facts().withoutVpcOrigins.includes(id));
  /** A zone that the stack file does not use yet. */
  const another = () => ({
    name: letters().find((name) => !file.network.zones.some((used) => used.name === name)),
    id: usable().find((id) => !file.network.zones.some((used) => used.id === id)),
  });
  return [
    ...file.network.zones.flatMap((_, index): Rule[] => [
      {
        path: ["network", "zones", index, "name"],
        holds: () => letters().includes(zone(index).name),
        problem: () => `is no zone of ${file.aws.region} (${facts().place})`,
        allowed: () => inWords(letters()),
        example: () => another().name,
      },
      {
        path: ["network", "zones", index, "id"],
        holds: () => facts().zoneIds.includes(zone(index).id),
        problem: () => `is no zone of ${file.aws.region} (${facts().place})`,
        allowed: () => inWords(usable()),
        example: () => another().id,
      },
      {
        path: ["network", "zones", index, "id"],
        holds: () => !facts().withoutVpcOrigins.includes(zone(index).id),
        problem: () => "CloudFront cannot reach a load balancer in this zone (VPC origins)",
        allowed: () => inWords(usable()),
        example: () => another().id,
      },
    ]),
    ...noDuplicates({
      length: file.network.zones.length,
      path: (index) => ["network", "zones", index, "name"],
      read: (index) => zone(index).name,
      example: () => another().name,
    }),
    ...noDuplicates({
      length: file.network.zones.length,
      path: (index) => ["network", "zones", index, "id"],
      read: (index) => zone(index).id,
      example: () => another().id,
    }),
    {
      path: ["network", "zones"],
      holds: () => file.environment !== "production" || file.network.zones.length >= 3,
      problem: () => `production lies over ${file.network.zones.length} zones: the loss of one would take half of it`,
      allowed: () => "3 zones in production",
      example: () => [...file.network.zones, another()],
    },
    {
      path: ["network", "natGateways"],
      holds: () => file.environment !== "production" || file.network.natGateways === "OnePerAz",
      problem: () => "the loss of one zone would cut all of production off from partners' APIs",
      allowed: () => "OnePerAz in production",
      example: () => "OnePerAz",
    },
    {
      path: ["network", "cloudFrontPrefixListId"],
      holds: () =>
        !Object.values(regions).some(
          (other) => other !== facts() && other.cloudFrontPrefixListId === file.network.cloudFrontPrefixListId,
        ),
      problem: () => `is another region's list; in ${file.aws.region} the load balancer would admit nobody`,
      allowed: () => `the id of com.amazonaws.global.cloudfront.origin-facing in ${file.aws.region}`,
      example: () => facts().cloudFrontPrefixListId,
    },
  ];
};

export const cidrRules: RuleSet = (file) => {
  const { network } = file;
  const vpc: Path = ["network", "cidr"];
  const subnets = tiers.flatMap((tier) =>
    network[tier].map((_, index) => ({
      path: ["network", tier, index] as Path,
      key: `network.${tier}[${index}]`,
      tier,
      cidr: () => file.network[tier][index] ?? "",
    })),
  );
  const others = (path: Path) => subnets.filter((subnet) => subnet.path !== path).map(({ cidr }) => cidr());
  const free = (path: Path) => firstFree(file.network.cidr, 24, others(path)) ?? "10.0.1.0/24";
  const blocks = [{ path: vpc, cidr: () => file.network.cidr }, ...subnets];
  return [
    ...blocks.flatMap(({ path, cidr }): Rule[] => [
      {
        path,
        holds: () => aligned(cidr()) === cidr(),
        problem: () => `the address lies inside the block, not at its beginning`,
        allowed: () => "the block's first address and its prefix length",
        example: () => aligned(cidr()),
      },
      {
        path,
        holds: () => prefixLength(cidr()) >= 16 && prefixLength(cidr()) <= 28,
        problem: () => `AWS takes blocks of /16 to /28, this is a /${prefixLength(cidr())}`,
        allowed: () => "a prefix length from 16 to 28",
        example: () => (path === vpc ? "10.0.0.0/16" : free(path)),
      },
    ]),
    {
      path: vpc,
      holds: () => privateRanges.some((range) => contains(range, file.network.cidr)),
      problem: () => "would hide a part of the internet from the platform",
      allowed: () => `a block inside ${privateRanges.join(", ")}`,
      example: () => "10.0.0.0/16",
    },
    ...tiers.map((tier): Rule => ({
      path: ["network", tier],
      holds: () => file.network[tier].length === file.network.zones.length,
      problem: () => `there are ${file.network[tier].length} blocks for ${file.network.zones.length} zones`,
      allowed: () => "one block for each zone, in the order of network.zones",
      example: () => [...file.network[tier], free([])].slice(0, file.network.zones.length),
    })),
    ...subnets.map(({ path, cidr }): Rule => ({
      path,
      holds: () => contains(file.network.cidr, cidr()),
      problem: () => `lies outside the VPC's block ${file.network.cidr}`,
      allowed: () => `a block inside ${file.network.cidr}`,
      example: () => free(path),
    })),
    ...subnets.flatMap((one, index) =>
      subnets.slice(0, index).map((other): Rule => ({
        path: one.path,
        holds: () => !overlap(one.cidr(), other.cidr()),
        problem: () => `overlaps ${other.key}, which is ${other.cidr()}`,
        allowed: () => "a block that shares no address with another subnet's",
        example: () => free(one.path),
      })),
    ),
    ...subnets
      .filter(({ tier }) => tier === "privateCidrs")
      .map(({ path, cidr }): Rule => ({
        path,
        // Source: Elastic Load Balancing, "Subnets for your load balancer": /27 and eight free addresses.
        holds: () => prefixLength(cidr()) <= 27,
        problem: () => `is a /${prefixLength(cidr())}: the load balancer stands here and needs room to grow`,
        allowed: () => "a prefix length from 16 to 27",
        example: () => free(path),
      })),
    roomForTasks(file),
  ];
};

/** Load balancer nodes, endpoints, functions and one-off tasks that share the private subnets, in all. */
const OTHER_ADDRESSES = 60;

/** Every task has an address of its own, and a release runs the web and worker tasks twice. */
function roomForTasks(file: Parameters<RuleSet>[0]): Rule {
  const needed = () => 2 * (file.compute.web.maxTasks + file.compute.worker.maxTasks + 1) + OTHER_ADDRESSES;
  const room = () => file.network.privateCidrs.reduce((sum, cidr) => sum + usableAddresses(cidr), 0);
  const prefix = () => Math.floor(32 - Math.log2(needed() / file.network.privateCidrs.length + 5));
  return {
    path: ["network", "privateCidrs"],
    holds: () => room() >= needed(),
    problem: () =>
      `${room()} addresses; a release at full size takes ${needed()}: twice compute.web.maxTasks ` +
      `(${file.compute.web.maxTasks}) and compute.worker.maxTasks (${file.compute.worker.maxTasks}), and ${OTHER_ADDRESSES + 2} others`,
    allowed: () => "larger blocks, or fewer tasks",
    example: () => Array.from(file.network.privateCidrs, () => `a /${prefix()}`),
  };
}
