import type { Request } from "../../request";
import { shapes, type Shape } from "../../shape";
import { regionFacts } from "../zones";
import { CLUSTER, INSTANCE, RULE, SNAPSHOT, host } from "./aurora";
import { held, mustMatch, refuseWhileUsed } from "./common";

function group(
  kind: string,
  property: string,
  operation: string,
  code: string,
  users: readonly (readonly [string, string])[],
): Shape {
  return {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 255 },
    plan: (request) => ({
      name: mustMatch(request, "name", /^(?!.*--)[a-z][a-z0-9. _-]{0,254}(?<!-)$/, `${RULE.replace("63", "255")}`),
    }),
    unique: held({
      scope: `rds-${kind}`,
      code,
      words: (name) => `${property} ${name} already exists.`,
      operation: `RDS: ${operation}`,
    }),
    outputs: (request) => ({
      arn: request.arn("rds", `${kind}:${request.text("name")}`),
      namePrefix: "",
      ...(kind === "subgrp" && { supportedNetworkTypes: ["IPV4"], vpcId: vpcOf(request) }),
    }),
    refuseDelete: refuseWhileUsed(users, {
      code: kind === "subgrp" ? "InvalidDBSubnetGroupStateFault" : "InvalidDBParameterGroupState",
      words: (id, user) => `Cannot delete ${id}: it is used by ${user.id}.`,
      operation: `RDS: ${operation.replace("Create", "Delete")}`,
    }),
  };
}

/** The VPC of a group's first subnet. */
export function vpcOf(request: Request): string {
  const [first] = request.texts("subnetIds");
  const vpc = request.cloud.list("aws:ec2/subnet:Subnet").find((subnet) => subnet.id === first)?.state["vpcId"];
  return typeof vpc === "string" ? vpc : "";
}

export const rds = shapes({
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": group(
    "cluster-pg",
    "Parameter group",
    "CreateDBClusterParameterGroup",
    "DBParameterGroupAlreadyExists",
    [[CLUSTER, "dbClusterParameterGroupName"]],
  ),
  "aws:rds/parameterGroup:ParameterGroup": group(
    "pg",
    "Parameter group",
    "CreateDBParameterGroup",
    "DBParameterGroupAlreadyExists",
    [[INSTANCE, "dbParameterGroupName"]],
  ),
  "aws:rds/subnetGroup:SubnetGroup": group(
    "subgrp",
    "The DB subnet group",
    "CreateDBSubnetGroup",
    "DBSubnetGroupAlreadyExists",
    [[CLUSTER, "dbSubnetGroupName"]],
  ),
  "aws:rds/clusterRoleAssociation:ClusterRoleAssociation": {
    id: (request) => `${request.text("dbClusterIdentifier")},${request.text("roleArn")}`,
  },
  "aws:rds/clusterEndpoint:ClusterEndpoint": {
    id: (request) => request.text("clusterEndpointIdentifier"),
    unique: held({
      scope: "rds-cluster-endpoint",
      property: "clusterEndpointIdentifier",
      code: "DBClusterEndpointAlreadyExistsFault",
      words: () => "The specified custom endpoint can't be created because it already exists.",
      operation: "RDS: CreateDBClusterEndpoint",
    }),
    outputs: (request) => ({
      arn: request.arn("rds", `cluster-endpoint:${request.text("clusterEndpointIdentifier")}`),
      endpoint: host(request, request.text("clusterEndpointIdentifier"), "cluster-custom-"),
    }),
  },
  [SNAPSHOT]: {
    id: (request) => request.text("dbClusterSnapshotIdentifier"),
    unique: held({
      scope: "rds-cluster-snapshot",
      property: "dbClusterSnapshotIdentifier",
      code: "DBClusterSnapshotAlreadyExistsFault",
      words: (name) => `Cannot create the cluster snapshot because one with the identifier ${name} already exists.`,
      operation: "RDS: CreateDBClusterSnapshot",
    }),
    outputs: (request) => ({
      allocatedStorage: 1,
      availabilityZones: Object.keys(regionFacts(request.region).zones),
      dbClusterSnapshotArn: request.arn("rds", `cluster-snapshot:${request.text("dbClusterSnapshotIdentifier")}`),
      sourceDbClusterSnapshotArn: "",
      engine: "aurora-mysql",
      engineVersion: "8.0.mysql_aurora.3.10.0",
      kmsKeyId: "",
      licenseModel: "aurora-mysql",
      port: 0,
      snapshotType: "manual",
      status: "available",
      vpcId: "",
    }),
  },
  "aws:rds/eventSubscription:EventSubscription": {
    id: (request) => request.text("name"),
    unique: held({
      scope: "rds-event-subscription",
      code: "SubscriptionAlreadyExist",
      words: (name) => `Event Subscription already exists ${name}`,
      operation: "RDS: CreateEventSubscription",
    }),
    outputs: (request) => ({
      arn: request.arn("rds", `es:${request.text("name")}`),
      customerAwsId: request.account,
      enabled: true,
      namePrefix: "",
    }),
  },
});
