import { createHash } from "node:crypto";

/** What a provider is asked to create. */
export interface Request {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly region: string;
  readonly accountId: string;
}

/** Ids and computed attributes in the shapes that the real providers answer with. */
export interface Answer {
  readonly id: string;
  readonly attributes: Record<string, unknown>;
}

export function answer(request: Request): Answer {
  const region = text(request.inputs.region) ?? request.region;
  return (shapes[request.type] ?? byName)({ ...request, region });
}

type Shape = (request: Request) => Answer;

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Hexadecimal digits that depend on the type and name only, so that a test sees the same ids each time. */
function digits({ type, name, region }: Request, length: number): string {
  return createHash("sha256").update(`${type} ${name} ${region}`).digest("hex").repeat(4).slice(0, length);
}

function uuid(request: Request): string {
  const d = digits(request, 32);
  return [d.slice(0, 8), d.slice(8, 12), d.slice(12, 16), d.slice(16, 20), d.slice(20)].join("-");
}

function physicalName(request: Request, key = "name"): string {
  return text(request.inputs[key]) ?? `${request.name}-${digits(request, 7)}`;
}

function arn(service: string, { region, accountId }: Request, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

function globalArn(service: string, { accountId }: Request, resource: string): string {
  return `arn:aws:${service}::${accountId}:${resource}`;
}

/** Resources with an id of EC2's kind. */
const ec2 =
  (prefix: string, resource: string, more: (id: string, request: Request) => Record<string, unknown> = () => ({})) =>
  (request: Request): Answer => {
    const id = `${prefix}-0${digits(request, 16)}`;
    return { id, attributes: { arn: arn("ec2", request, `${resource}/${id}`), ...more(id, request) } };
  };

/** Resources whose id is their name and whose ARN ends in it. */
const named =
  (service: string, resource: (name: string, request: Request) => string, key = "name"): Shape =>
  (request) => {
    const name = physicalName(request, key);
    return { id: name, attributes: { [key]: name, arn: arn(service, request, resource(name, request)) } };
  };

/** Resources whose id is their ARN. */
const byArn =
  (service: string, resource: (name: string, request: Request) => string, key = "name"): Shape =>
  (request) => {
    const name = physicalName(request, key);
    const id = arn(service, request, resource(name, request));
    return { id, attributes: { [key]: name, arn: id } };
  };

const iam =
  (kind: string, isArnId = false): Shape =>
  (request) => {
    const name = physicalName(request);
    const roleArn = globalArn("iam", request, `${kind}/${name}`);
    return {
      id: isArnId ? roleArn : name,
      attributes: { name, arn: roleArn, uniqueId: `AROA${digits(request, 16).toUpperCase()}` },
    };
  };

const cloudFront =
  (kind: string): Shape =>
  (request) => {
    const id = `E${digits(request, 13).toUpperCase()}`;
    return { id, attributes: { arn: globalArn("cloudfront", request, `${kind}/${id}`), etag: "ETVPDKIKX0DER" } };
  };

const byName: Shape = (request) => {
  const service = request.type.split(":")[1]?.split("/")[0] ?? "unknown";
  const name = physicalName(request);
  return { id: name, attributes: { name, arn: arn(service, request, `${request.type.split(":")[2]}/${name}`) } };
};

/** Children of a bucket are known by the bucket's name. */
const byBucket: Shape = (request) => ({ id: text(request.inputs.bucket) ?? request.name, attributes: {} });

const certificate: Shape = (request) => {
  const id = arn("acm", request, `certificate/${uuid(request)}`);
  const main = text(request.inputs.domainName) ?? "";
  const names = [main, ...((request.inputs.subjectAlternativeNames as string[] | undefined) ?? [])];
  return {
    id,
    attributes: {
      arn: id,
      // ACM derives the record from account and domain name: every region answers with the same one, in any order.
      domainValidationOptions: [...new Set(names)].reverse().map((domainName) => {
        const hash = createHash("sha256").update(`${request.accountId} ${domainName}`).digest("hex");
        return {
          domainName,
          resourceRecordName: `_${hash.slice(0, 32)}.${domainName}.`,
          resourceRecordType: "CNAME",
          resourceRecordValue: `_${hash.slice(32)}.mhbtsbpdnt.acm-validations.aws.`,
        };
      }),
    },
  };
};

const bucket: Shape = (request) => {
  const name = physicalName(request, "bucket");
  return {
    id: name,
    attributes: {
      bucket: name,
      arn: `arn:aws:s3:::${name}`,
      bucketDomainName: `${name}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${name}.s3.${request.region}.amazonaws.com`,
      region: request.region,
    },
  };
};

const kindOfNat = ({ inputs }: Request) => (inputs.natGateways as { strategy?: string } | undefined)?.strategy;

const vpcComponent: Shape = (request) => {
  const zones = (request.inputs.availabilityZoneNames as string[] | undefined) ?? [];
  const id = (prefix: string, ...parts: (string | number)[]) =>
    `${prefix}-0${digits({ ...request, name: [request.name, ...parts].join("-") }, 16)}`;
  const subnetIds = (kind: string) => zones.map((_, zone) => id("subnet", kind, zone));
  const kinds = ["public", "private", "isolated"];
  const subnets = kinds.flatMap((kind) => zones.map((_, zone) => [kind, zone] as const));
  return {
    id: "",
    attributes: {
      vpcId: id("vpc"),
      vpc: { id: id("vpc"), defaultSecurityGroupId: id("sg", "default") },
      publicSubnetIds: subnetIds("public"),
      privateSubnetIds: subnetIds("private"),
      isolatedSubnetIds: subnetIds("isolated"),
      natGateways: (kindOfNat(request) === "Single" ? zones.slice(0, 1) : zones).map((_, zone) => ({
        id: id("nat", zone),
      })),
      routeTables: subnets.map(([kind, zone]) => ({ id: id("rtb", kind, zone) })),
      routeTableAssociations: subnets.map(([kind, zone]) => ({
        id: id("rtbassoc", kind, zone),
        subnetId: id("subnet", kind, zone),
        routeTableId: id("rtb", kind, zone),
      })),
    },
  };
};

const shapes: Record<string, Shape> = {
  "awsx:ec2:Vpc": vpcComponent,
  "aws:acm/certificate:Certificate": certificate,
  "aws:acm/certificateValidation:CertificateValidation": (request) => ({
    id: new Date(0).toISOString(),
    attributes: { certificateArn: request.inputs.certificateArn },
  }),
  "aws:cloudfront/cachePolicy:CachePolicy": cloudFront("cache-policy"),
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": cloudFront("origin-request-policy"),
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": cloudFront("response-headers-policy"),
  "aws:cloudfront/originAccessControl:OriginAccessControl": cloudFront("origin-access-control"),
  "aws:cloudfront/vpcOrigin:VpcOrigin": (request) => {
    const id = `vo_${digits(request, 22)}`;
    return { id, attributes: { arn: globalArn("cloudfront", request, `vpcorigin/${id}`) } };
  },
  "aws:cloudfront/distribution:Distribution": (request) => {
    const { id, attributes } = cloudFront("distribution")(request);
    const domainName = `d${digits(request, 13)}.cloudfront.net`;
    return { id, attributes: { ...attributes, domainName, hostedZoneId: "Z2FDTNDATAQYW2", status: "Deployed" } };
  },
  "aws:cloudwatch/logGroup:LogGroup": named("logs", (name) => `log-group:${name}`),
  "aws:cloudwatch/metricAlarm:MetricAlarm": named("cloudwatch", (name) => `alarm:${name}`),
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": named("cloudwatch", (name) => `alarm:${name}`, "alarmName"),
  "aws:cloudwatch/eventRule:EventRule": named("events", (name) => `rule/${name}`),
  "aws:ec2/flowLog:FlowLog": ec2("fl", "vpc-flow-log"),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ec2("sg", "security-group"),
  "aws:ec2/securityGroup:SecurityGroup": ec2("sg", "security-group"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ec2("vpce", "vpc-endpoint", (_, request) => ({
    prefixListId: request.inputs.vpcEndpointType === "Interface" ? "" : `pl-${digits(request, 8)}`,
  })),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ec2("sgr", "security-group-rule"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ec2("sgr", "security-group-rule"),
  "aws:ecr/repository:Repository": (request) => {
    const { id, attributes } = named("ecr", (name) => `repository/${name}`)(request);
    const { accountId, region } = request;
    const repositoryUrl = `${accountId}.dkr.ecr.${region}.amazonaws.com/${id}`;
    return { id, attributes: { ...attributes, registryId: accountId, repositoryUrl } };
  },
  "aws:ecs/cluster:Cluster": byArn("ecs", (name) => `cluster/${name}`),
  "aws:ecs/service:Service": byArn(
    "ecs",
    (name, { inputs }) => `service/${text(inputs.cluster)?.split("/").pop() ?? "default"}/${name}`,
  ),
  "aws:ecs/taskDefinition:TaskDefinition": (request) => {
    const family = physicalName(request, "family");
    const withoutRevision = arn("ecs", request, `task-definition/${family}`);
    return {
      id: family,
      attributes: { arn: `${withoutRevision}:1`, arnWithoutRevision: withoutRevision, revision: 1 },
    };
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": (request) => {
    const id = (text(request.inputs.replicationGroupId) ?? physicalName(request)).toLowerCase();
    const domain = `${id}.${digits(request, 6)}.apne1.cache.amazonaws.com`;
    return {
      id,
      attributes: {
        arn: arn("elasticache", request, `replicationgroup:${id}`),
        primaryEndpointAddress: `master.${domain}`,
        readerEndpointAddress: `replica.${domain}`,
        memberClusters: Array.from(
          { length: Number(request.inputs.numCacheClusters ?? 1) },
          (_, i) => `${id}-00${i + 1}`,
        ),
      },
    };
  },
  "aws:elasticache/subnetGroup:SubnetGroup": named("elasticache", (name) => `subnetgroup:${name}`),
  "aws:elasticache/parameterGroup:ParameterGroup": named("elasticache", (name) => `parametergroup:${name}`),
  "aws:elasticache/user:User": named("elasticache", (name) => `user:${name}`, "userId"),
  "aws:elasticache/userGroup:UserGroup": named("elasticache", (name) => `usergroup:${name}`, "userGroupId"),
  "aws:iam/role:Role": iam("role"),
  "aws:iam/policy:Policy": iam("policy", true),
  "aws:kms/key:Key": (request) => {
    const keyId = uuid(request);
    return { id: keyId, attributes: { keyId, arn: arn("kms", request, `key/${keyId}`) } };
  },
  "aws:kms/alias:Alias": named("kms", (name) => name),
  "aws:lambda/function:Function": (request) => {
    const { id, attributes } = named("lambda", (name) => `function:${name}`)(request);
    const qualified = `${String(attributes.arn)}:1`;
    return { id, attributes: { ...attributes, version: "1", qualifiedArn: qualified } };
  },
  "aws:lb/loadBalancer:LoadBalancer": (request) => {
    const suffix = `app/${physicalName(request)}/${digits(request, 16)}`;
    const id = arn("elasticloadbalancing", request, `loadbalancer/${suffix}`);
    const dnsName = `internal-${physicalName(request)}-1234567890.${request.region}.elb.amazonaws.com`;
    return { id, attributes: { arn: id, arnSuffix: suffix, dnsName, zoneId: "Z14GRHDCWA56QT" } };
  },
  "aws:lb/targetGroup:TargetGroup": (request) => {
    const suffix = `targetgroup/${physicalName(request)}/${digits(request, 16)}`;
    const id = arn("elasticloadbalancing", request, suffix);
    return { id, attributes: { arn: id, arnSuffix: suffix, name: physicalName(request) } };
  },
  "aws:lb/listener:Listener": byArn("elasticloadbalancing", (name, r) => `listener/app/${name}/${digits(r, 16)}`),
  "aws:lb/listenerRule:ListenerRule": byArn(
    "elasticloadbalancing",
    (name, request) => `listener-rule/app/${name}/${digits(request, 16)}`,
  ),
  "aws:rds/cluster:Cluster": (request) => {
    const id = text(request.inputs.clusterIdentifier) ?? physicalName(request);
    const domain = `${digits(request, 12)}.${request.region}.rds.amazonaws.com`;
    const secretArn = arn("secretsmanager", request, `secret:rds!cluster-${uuid(request)}-a1B2c3`);
    return {
      id,
      attributes: {
        clusterIdentifier: id,
        arn: arn("rds", request, `cluster:${id}`),
        clusterResourceId: `cluster-${digits(request, 26).toUpperCase()}`,
        endpoint: `${id}.cluster-${domain}`,
        readerEndpoint: `${id}.cluster-ro-${domain}`,
        port: 3306,
        masterUserSecrets: [{ secretArn, secretStatus: "active", kmsKeyId: request.inputs.masterUserSecretKmsKeyId }],
      },
    };
  },
  "aws:rds/clusterInstance:ClusterInstance": (request) => {
    const id = text(request.inputs.identifier) ?? physicalName(request);
    const endpoint = `${id}.${digits(request, 12)}.${request.region}.rds.amazonaws.com`;
    return { id, attributes: { identifier: id, arn: arn("rds", request, `db:${id}`), endpoint, port: 3306 } };
  },
  "aws:rds/subnetGroup:SubnetGroup": named("rds", (name) => `subgrp:${name}`),
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": named("rds", (name) => `cluster-pg:${name}`),
  "aws:rds/parameterGroup:ParameterGroup": named("rds", (name) => `pg:${name}`),
  "aws:route53/record:Record": ({ inputs }) => {
    const fqdn = (text(inputs.name) ?? "").replace(/\.$/, "");
    return { id: `${text(inputs.zoneId)}_${fqdn}_${text(inputs.type)}`, attributes: { fqdn } };
  },
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketPolicy:BucketPolicy": byBucket,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": byBucket,
  "aws:s3/bucketVersioning:BucketVersioning": byBucket,
  "aws:secretsmanager/secret:Secret": byArn("secretsmanager", (name, r) => `secret:${name}-${digits(r, 6)}`),
  "aws:sns/topic:Topic": byArn("sns", (name) => name),
  "aws:sqs/queue:Queue": byArn("sqs", (name) => name),
  "aws:scheduler/schedule:Schedule": named("scheduler", (name) => `schedule/default/${name}`),
  "aws:wafv2/webAcl:WebAcl": (request) => {
    const id = uuid(request);
    return { id, attributes: { arn: arn("wafv2", request, `global/webacl/${physicalName(request)}/${id}`) } };
  },
};
