// A small program for the simulated providers; which of its parts run is the stack's configuration.
"use strict";
const pulumi = require("@pulumi/pulumi");
const aws = require("@pulumi/aws");
const awsx = require("@pulumi/awsx");

const config = new pulumi.Config();
const parts = config.requireObject("parts");

if (parts.network) {
  const vpc = new awsx.ec2.Vpc("network", { tags: { Team: "platform" }, ...parts.network });
  exports.vpcId = vpc.vpcId;
  exports.public = vpc.publicSubnetIds;
  exports.private = vpc.privateSubnetIds;
  exports.isolated = vpc.isolatedSubnetIds;
  exports.gateways = vpc.natGateways.apply((all) => all.map((one) => one.id));
}
if (parts.bucket) {
  const bucket = new aws.s3.Bucket("assets", parts.bucket);
  exports.arn = bucket.arn;
}
for (const name of parts.queues ?? []) new aws.sqs.Queue(name, {});
if (parts.task) new aws.ecs.TaskDefinition("task", parts.task);
if (parts.cluster) new aws.rds.Cluster("database", parts.cluster);
if (parts.user) {
  new aws.elasticache.User("app", { ...parts.user, passwords: [config.requireSecret("password")] });
}
if (parts.invoke) exports.identity = aws.getCallerIdentityOutput().accountId;
