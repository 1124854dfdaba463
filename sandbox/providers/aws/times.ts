import type { CallKind } from "../../cloud/journal";

// How long AWS takes, in seconds, so that a run slowed by SANDBOX_TIME_SCALE has a real one's order of events. All are
// unverified estimates: no page of AWS that gives these numbers was found. A type that is not here is quick.

interface Duration {
  readonly create: number;
  /** @default a tenth of the creation */
  readonly update?: number;
  /** @default half of the creation */
  readonly delete?: number;
}

export const TIMES: Readonly<Record<string, Duration>> = {
  "aws:rds/cluster:Cluster": { create: 60, delete: 120 },
  "aws:rds/clusterInstance:ClusterInstance": { create: 600, update: 300, delete: 420 },
  "aws:elasticache/replicationGroup:ReplicationGroup": { create: 720, update: 600, delete: 420 },
  "aws:cloudfront/distribution:Distribution": {
    create: 300,
    update: 300,
    delete: 300,
  },
  "aws:cloudfront/vpcOrigin:VpcOrigin": {
    create: 900,
    delete: 600,
  },
  "aws:ec2/natGateway:NatGateway": { create: 100, delete: 60 },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { create: 90, delete: 60 },
  "aws:lb/loadBalancer:LoadBalancer": { create: 150, delete: 20 },
  "aws:acm/certificateValidation:CertificateValidation": {
    create: 300,
    delete: 0,
  },
  "aws:route53/record:Record": {
    create: 45,
    update: 45,
    delete: 45,
  },
  "aws:ecs/service:Service": { create: 180, update: 180, delete: 120 },
  "aws:kms/replicaKey:ReplicaKey": { create: 60 },
  "aws:iam/role:Role": {
    create: 10,
  },
  "aws:lambda/function:Function": { create: 15, update: 10, delete: 2 },
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": { create: 60 },
};

/** Seconds that a call would take in AWS. */
export function seconds(type: string, call: CallKind): number {
  const duration = TIMES[type];
  if (duration === undefined) return 0.5;
  switch (call) {
    case "create":
      return duration.create;
    case "update":
      return duration.update ?? duration.create / 10;
    case "delete":
      return duration.delete ?? duration.create / 2;
    default:
      return 0.2;
  }
}
