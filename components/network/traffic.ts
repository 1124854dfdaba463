import { type Party, parties, ports } from "../../config/vocabulary";

/** Who stands outside the VPC's security groups. */
export type Outsider =
  /** CloudFront's servers that fetch from origins, by AWS's managed prefix list. */
  | "cloudFront"
  /** S3 in the stack's region, by the prefix list of the gateway endpoint. */
  | "s3"
  /** Any IPv4 address: the VPC has no IPv6. */
  | "internet";

/** One line of who may talk to whom: `from` opens a connection to `port` at `to`. Answers need no line. */
export interface Traffic {
  readonly from: Party | "cloudFront";
  readonly to: Party | "s3" | "internet";
  readonly port: number;
  readonly protocol: "tcp" | "udp";
  /** Becomes the rules' description, for which EC2 takes letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* only. */
  readonly reason: string;
}

const application = ["web", "worker", "scheduler", "task"] as const satisfies readonly Party[];
const functions = ["queueMetrics", "releaseGate"] as const satisfies readonly Party[];

const tcp = (from: Traffic["from"], to: Traffic["to"], port: number, reason: string): Traffic => ({
  from,
  to,
  port,
  protocol: "tcp",
  reason,
});
const each = (from: readonly Party[], to: Traffic["to"], port: number, reason: string): readonly Traffic[] =>
  from.map((party) => tcp(party, to, port, reason));

/**
 * The whole of it: a connection that is not here does not come about. DNS and time are served by AWS beneath security
 * groups and need no line. Nobody comes in from the internet; what goes out to it goes through NAT.
 */
export const traffic: readonly Traffic[] = [
  tcp("cloudFront", "loadBalancer", ports.https, "Requests of visitors, through the VPC origin"),
  tcp(
    "releaseGate",
    "loadBalancer",
    ports.testHttps,
    "A release is tried on the test listener before it takes traffic",
  ),
  tcp("loadBalancer", "web", ports.web, "Requests and health checks"),
  ...each(application, "database", ports.database, "Queries"),
  tcp("databaseAgent", "database", ports.database, "Datadog asks each instance how it is"),
  tcp("databaseUsers", "database", ports.database, "Users and their rights, when an operator asks for it"),
  tcp("dump", "databaseClone", ports.database, "Reads all of a clone, once a day"),
  tcp("restoreValidation", "databaseClone", ports.database, "Counts what a restore test has brought back"),
  ...each([...application, "queueMetrics"], "redis", ports.redis, "Sessions, cache and queues"),
  ...each(
    [...application, ...functions, "databaseAgent", "databaseUsers", "backupFunctions", "dump", "restoreValidation"],
    "endpoints",
    ports.https,
    "AWS services inside the VPC: images, logs, secrets",
  ),
  ...each(application, "s3", ports.https, "Uploads, assets and image layers, through the gateway endpoint"),
  ...each(application, "internet", ports.https, "Partner interfaces, Datadog, AWS services without an endpoint"),
  tcp("dump", "s3", ports.https, "Its parts, and the layers of its image, through the gateway endpoint"),
  tcp("backupFunctions", "s3", ports.https, "Which dumps and exports are there, through the gateway endpoint"),
  ...each(functions, "internet", ports.https, "AWS services without an endpoint, Slack"),
  tcp("backupFunctions", "internet", ports.https, "The interfaces of RDS, ElastiCache and ECS"),
  tcp("restoreValidation", "internet", ports.https, "The interfaces of RDS and AWS Backup"),
  tcp("databaseAgent", "internet", ports.https, "Datadog, its image, the RDS interface"),
];

/** A rule of one security group; `peer` is the other side. */
export interface Rule {
  /** Unique among all rules. */
  readonly name: string;
  readonly direction: "ingress" | "egress";
  /** Whose security group holds the rule. */
  readonly party: Party;
  readonly peer: Party | Outsider;
  readonly port: number;
  readonly protocol: "tcp" | "udp";
  readonly description: string;
}

const isParty = (side: Party | Outsider): side is Party => (parties as readonly string[]).includes(side);

/** Each line as rules: one out of the source, one into the target; a side that is no party holds none. */
export function securityGroupRules(rows: readonly Traffic[] = traffic): readonly Rule[] {
  return rows.flatMap(({ from, to, port, protocol, reason }) => {
    const line = `${from}-to-${to}-${port}${protocol === "tcp" ? "" : `-${protocol}`}`;
    const rules: Rule[] = [];
    const rule = (direction: Rule["direction"], party: Party, peer: Party | Outsider) =>
      rules.push({ name: `${line}-${direction}`, direction, party, peer, port, protocol, description: reason });
    if (isParty(from)) rule("egress", from, to);
    if (isParty(to)) rule("ingress", to, from);
    return rules;
  });
}

/** The table turned into a grid, for people: sources down, targets across, "443" or "443, 8443" where they meet. */
export interface TrafficMatrix {
  readonly targets: readonly Traffic["to"][];
  readonly rows: readonly { readonly from: Traffic["from"]; readonly cells: readonly string[] }[];
}

export function trafficMatrix(rows: readonly Traffic[] = traffic): TrafficMatrix {
  const sources = ["cloudFront", ...parties].filter((side): side is Traffic["from"] =>
    rows.some(({ from }) => from === side),
  );
  const targets = [...parties, "s3", "internet"].filter((side): side is Traffic["to"] =>
    rows.some(({ to }) => to === side),
  );
  const open = (from: Traffic["from"], to: Traffic["to"]) =>
    rows
      .filter((row) => row.from === from && row.to === to)
      .sort((a, b) => a.port - b.port)
      .map(({ port, protocol }) => (protocol === "tcp" ? `${port}` : `${port}/${protocol}`))
      .join(", ");
  return { targets, rows: sources.map((from) => ({ from, cells: targets.map((to) => open(from, to)) })) };
}
