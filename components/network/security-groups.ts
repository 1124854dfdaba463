import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import { type Party, parties } from "../../config/vocabulary";
import { type Outsider, securityGroupRules } from "./traffic";

export interface SecurityGroupsArgs {
  readonly stack: StackFacts;
  readonly vpcId: pulumi.Input<string>;
  /** Prefix list of the S3 gateway endpoint. */
  readonly s3PrefixListId: pulumi.Input<string>;
  /** Id of `com.amazonaws.global.cloudfront.origin-facing` in the stack's region. It counts as 55 rules of 60. */
  readonly cloudFrontPrefixListId: string;
}

/** What each group is for. Never edited once released: AWS replaces a group for another description. */
const purposes: Readonly<Record<Party, string>> = {
  loadBalancer: "Application Load Balancer, behind CloudFront",
  web: "Web tasks",
  worker: "Queue worker tasks",
  scheduler: "Scheduler task",
  task: "One-off tasks: migration, console",
  queueMetrics: "Function that publishes queue lengths",
  releaseGate: "Function that tries a release on the test listener",
  databaseAgent: "Datadog agent that asks Aurora",
  databaseUsers: "Function that makes the users of the database",
  backupFunctions: "Functions that see to dumps and exports",
  dump: "Task that dumps the database",
  restoreValidation: "Function that looks into restored databases",
  databaseClone: "Clones and restored copies of the database",
  database: "Aurora",
  redis: "Redis, sessions and cache",
  endpoints: "Interface endpoints of AWS services",
};

type Peer = Pick<aws.vpc.SecurityGroupIngressRuleArgs, "cidrIpv4" | "prefixListId" | "referencedSecurityGroupId">;

/** A security group for each party, and of the rules exactly those of the traffic table. */
export class SecurityGroups extends pulumi.ComponentResource {
  private readonly groups: Readonly<Record<Party, aws.ec2.SecurityGroup>>;

  constructor(name: string, args: SecurityGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:network:SecurityGroups", name, {}, opts);
    const parent = { parent: this };
    const { stack, vpcId } = args;

    this.groups = Object.fromEntries(
      parties.map((party) => {
        const physicalName = stack.name("securityGroup", party);
        const group = new aws.ec2.SecurityGroup(
          `${name}-${party}`,
          {
            // A prefix: a group that is replaced stands beside its successor until the last interface has moved.
            namePrefix: `${physicalName}-`,
            description: purposes[party],
            vpcId,
            // Rules of two groups that name each other would keep both from being deleted.
            revokeRulesOnDelete: true,
            tags: { Name: physicalName },
          },
          parent,
        );
        return [party, group];
      }),
    ) as Record<Party, aws.ec2.SecurityGroup>;

    const outsiders: Readonly<Record<Outsider, Peer>> = {
      cloudFront: { prefixListId: args.cloudFrontPrefixListId },
      s3: { prefixListId: args.s3PrefixListId },
      internet: { cidrIpv4: "0.0.0.0/0" },
    };
    const peerOf = (peer: Party | Outsider): Peer =>
      peer in outsiders ? outsiders[peer as Outsider] : { referencedSecurityGroupId: this.id(peer as Party) };

    for (const rule of securityGroupRules()) {
      const Rule = rule.direction === "ingress" ? aws.vpc.SecurityGroupIngressRule : aws.vpc.SecurityGroupEgressRule;
      new Rule(
        `${name}-${rule.name}`,
        {
          securityGroupId: this.id(rule.party),
          ...peerOf(rule.peer),
          ipProtocol: rule.protocol,
          fromPort: rule.port,
          toPort: rule.port,
          description: rule.description,
        },
        parent,
      );
    }

    this.registerOutputs({ ids: Object.fromEntries(parties.map((party) => [party, this.id(party)])) });
  }

  /** Id of a party's security group. */
  id(party: Party): pulumi.Output<string> {
    return this.groups[party].id;
  }
}
