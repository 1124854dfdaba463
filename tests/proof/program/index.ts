// A small stack of every kind of resource that a recovery treats apart: found by a tag, by a name, by a list; made again
// without harm; replaced beside the old one; stateful.
import * as aws from "@pulumi/aws";
import * as datadog from "@pulumi/datadog";
import * as pulumi from "@pulumi/pulumi";
import { makeResourcesFindable } from "../../../components/findable";

makeResourcesFindable();
const revision = new pulumi.Config().require("revision");

const vpc = new aws.ec2.Vpc("network", { cidrBlock: "10.0.0.0/16", tags: { Revision: revision } });
const subnets = ["a", "c"].map(
  (zone, index) =>
    new aws.ec2.Subnet(`data-${zone}`, {
      vpcId: vpc.id,
      cidrBlock: `10.0.${index}.0/24`,
      availabilityZone: `ap-northeast-1${zone}`,
    }),
);
const key = new aws.kms.Key("data", { description: `Data, revision ${revision}`, enableKeyRotation: true });
new aws.kms.Alias("data", { name: "alias/proof-data", targetKeyId: key.keyId });

const group = new aws.rds.SubnetGroup("database", { name: "proof", subnetIds: subnets.map(({ id }) => id) });
const cluster = new aws.rds.Cluster("database", {
  clusterIdentifier: "proof",
  engine: "aurora-mysql",
  engineVersion: "8.0.mysql_aurora.3.10.3",
  masterUsername: "admin",
  manageMasterUserPassword: true,
  storageEncrypted: true,
  kmsKeyId: key.arn,
  dbSubnetGroupName: group.name,
  backupRetentionPeriod: Number(revision) + 7,
  skipFinalSnapshot: true,
});
const bucket = new aws.s3.Bucket("uploads", { bucket: "proof-uploads", tags: { Revision: revision } });
new aws.s3.BucketVersioning("uploads", { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } });

const role = new aws.iam.Role("web", {
  name: "proof-web",
  assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
  description: `Revision ${revision}`,
});
new aws.iam.RolePolicy("web", {
  role: role.name,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: pulumi.interpolate`${bucket.arn}/*` }],
  }),
});
// Its port replaces it, and its name is the provider's to make: the new one stands beside the old one for a while.
const targets = new aws.lb.TargetGroup("web", {
  port: 8000 + Number(revision),
  protocol: "HTTPS",
  vpcId: vpc.id,
  targetType: "ip",
});
new aws.ecs.TaskDefinition("web", {
  family: "proof-web",
  containerDefinitions: JSON.stringify([{ name: "app", image: `app:${revision}`, essential: true }]),
  skipDestroy: true,
});
new aws.sqs.Queue("jobs", { name: "proof-jobs", visibilityTimeoutSeconds: 30 + Number(revision) });
new datadog.Monitor("errors", {
  name: "Errors",
  type: "metric alert",
  query: "avg(last_5m):avg:api.errors{*} > 5",
  message: `Revision ${revision}`,
});

export = { cluster: cluster.clusterIdentifier, targets: targets.arn };
