import { LOWER, type Request } from "../../request";
import { shapes, type Shape } from "../../shape";
import { regionFacts } from "../zones";
import { held, mustBeWithin, mustMatch, refuseWhileUsed } from "./common";
import { vpcOf } from "./rds";

const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";

function nodes(request: Request): number {
  return (
    request.number("numCacheClusters") ??
    (request.number("numNodeGroups") ?? 1) * (1 + (request.number("replicasPerNodeGroup") ?? 0))
  );
}

/** "master.<id>.<code>.apne1.cache.amazonaws.com" with TLS, "<id>.<code>.ng.0001…" without. */
function endpoint(request: Request, role: "master" | "replica"): string {
  const id = request.text("replicationGroupId");
  const code = request.code(6, LOWER, "endpoint");
  const end = `${regionFacts(request.region).short}.cache.amazonaws.com`;
  if (request.flag("transitEncryptionEnabled")) return `${role}.${id}.${code}.${end}`;
  return `${id}${role === "replica" ? "-ro" : ""}.${code}.ng.0001.${end}`;
}

function clustered(request: Request): boolean {
  return (request.number("numNodeGroups") ?? 1) > 1 || request.text("clusterMode") === "enabled";
}

function refuseGroup(request: Request): void {
  const operation = "ElastiCache: CreateReplicationGroup";
  if (request.flag("multiAzEnabled") && !request.flag("automaticFailoverEnabled")) {
    throw new Error("automatic_failover_enabled must be true if multi_az_enabled is true");
  }
  if (request.flag("automaticFailoverEnabled") && nodes(request) < 2) {
    throw new Error('"num_cache_clusters": must be at least 2 if automatic_failover_enabled is true');
  }
  if (request.has("authToken") && request.list("userGroupIds").length > 0) {
    request.refuse("InvalidParameterCombination", "Auth token and user groups cannot be used together.", operation);
  }
  if (request.list("userGroupIds").length > 0 && !request.flag("transitEncryptionEnabled")) {
    request.refuse(
      "InvalidParameterCombination",
      "User group based access control requires encryption-in-transit to be enabled.",
      operation,
    );
  }
  for (const id of request.texts("userGroupIds")) {
    if (!request.cloud.list("aws:elasticache/userGroup:UserGroup").some((found) => found.id === id)) {
      request.refuse("UserGroupNotFoundFault", `User group ${id} not found.`, operation, 404);
    }
  }
}

function group(kind: string, noun: string, operation: string, code: string, argument: string): Shape {
  return {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 255 },
    plan: (request) => ({
      name: mustMatch(request, "name", /^[a-zA-Z0-9.-]{1,255}$/, "letters, digits, hyphens and dots"),
    }),
    unique: held({
      scope: `elasticache-${kind}`,
      code,
      words: (name) => `${noun} ${name} already exists.`,
      operation: `ElastiCache: ${operation}`,
    }),
    outputs: (request) => ({
      arn: request.arn("elasticache", `${kind}:${request.text("name")}`),
      description: "Managed by Pulumi",
      ...(kind === "subnetgroup" && { vpcId: vpcOf(request) }),
    }),
    refuseDelete: refuseWhileUsed([[GROUP, argument]], {
      code: kind === "subnetgroup" ? "CacheSubnetGroupInUse" : "InvalidCacheParameterGroupState",
      words: (id, user) => `${noun} ${id} is currently in use by ${user.id}.`,
      operation: `ElastiCache: ${operation.replace("Create", "Delete")}`,
    }),
  };
}

export const elasticache = shapes({
  [GROUP]: {
    id: (request) => request.text("replicationGroupId"),
    autoname: { property: "replicationGroupId", maxLength: 40 },
    plan: (request) => ({
      replicationGroupId: mustMatch(
        request,
        "replicationGroupId",
        /^(?!.*--)[a-z][a-z0-9-]{0,39}(?<!-)$/,
        "1 to 40 lower case letters, digits and hyphens, beginning with a letter",
      ),
      snapshotRetentionLimit: mustBeWithin(request, "snapshotRetentionLimit", 0, 35),
    }),
    unique: held({
      scope: "elasticache-replication-group",
      property: "replicationGroupId",
      code: "ReplicationGroupAlreadyExists",
      words: (name) => `Replication group ${name} already exists.`,
      operation: "ElastiCache: CreateReplicationGroup",
    }),
    refuse: refuseGroup,
    outputs: (request) => {
      const id = request.text("replicationGroupId");
      const version = request.text("engineVersion") || "7.1";
      const shard = clustered(request);
      return {
        arn: request.arn("elasticache", `replicationgroup:${id}`),
        primaryEndpointAddress: shard ? "" : endpoint(request, "master"),
        readerEndpointAddress: shard ? "" : endpoint(request, "replica"),
        configurationEndpointAddress: shard ? `clustercfg.${endpoint(request, "master").replace(/^master\./, "")}` : "",
        memberClusters: Array.from(
          { length: nodes(request) },
          (_, index) => `${id}-${String(index + 1).padStart(3, "0")}`,
        ),
        numCacheClusters: nodes(request),
        numNodeGroups: 1,
        replicasPerNodeGroup: nodes(request) - 1,
        clusterEnabled: shard,
        clusterMode: "disabled",
        atRestEncryptionEnabled: false,
        transitEncryptionMode: request.flag("transitEncryptionEnabled") ? "required" : "",
        engine: "redis",
        engineVersion: version,
        engineVersionActual: `${version}.0`,
        durability: "",
        globalReplicationGroupId: "",
        ipDiscovery: "ipv4",
        networkType: "ipv4",
        nodeType: "",
        maintenanceWindow: "sun:19:00-sun:20:00",
        snapshotWindow: "16:00-17:00",
        parameterGroupName: "default.redis7",
        subnetGroupName: "default",
        port: 6379,
      };
    },
    refuseDelete: (request, found) => {
      const final = found.state["finalSnapshotIdentifier"];
      if (typeof final === "string" && !/^[a-z][a-z0-9-]*$/i.test(final)) {
        request.refuse(
          "InvalidParameterValue",
          `${final} is not a valid snapshot name.`,
          "ElastiCache: DeleteReplicationGroup",
        );
      }
    },
  },
  "aws:elasticache/parameterGroup:ParameterGroup": group(
    "parametergroup",
    "Cache parameter group",
    "CreateCacheParameterGroup",
    "CacheParameterGroupAlreadyExists",
    "parameterGroupName",
  ),
  "aws:elasticache/subnetGroup:SubnetGroup": group(
    "subnetgroup",
    "Cache subnet group",
    "CreateCacheSubnetGroup",
    "CacheSubnetGroupAlreadyExists",
    "subnetGroupName",
  ),
  "aws:elasticache/user:User": {
    id: (request) => request.text("userId"),
    plan: (request) => ({
      userId: mustMatch(
        request,
        "userId",
        /^[a-zA-Z][a-zA-Z0-9-]{0,39}$/,
        "1 to 40 letters, digits and hyphens, beginning with a letter",
      ),
    }),
    unique: held({
      scope: "elasticache-user",
      property: "userId",
      code: "UserAlreadyExists",
      words: (name) => `User ${name} already exists.`,
      operation: "ElastiCache: CreateUser",
    }),
    outputs: (request) => ({
      arn: request.arn("elasticache", `user:${request.text("userId")}`),
      authenticationMode: {
        type: request.flag("noPasswordRequired") ? "no-password-required" : "password",
        passwordCount: request.list("passwords").length,
      },
    }),
    refuseDelete: refuseWhileUsed([["aws:elasticache/userGroup:UserGroup", "userIds"]], {
      code: "InvalidUserState",
      words: (id, user) => `User ${id} is a member of user group ${user.id}.`,
      operation: "ElastiCache: DeleteUser",
    }),
  },
  "aws:elasticache/userGroup:UserGroup": {
    id: (request) => request.text("userGroupId"),
    plan: (request) => ({
      userGroupId: mustMatch(
        request,
        "userGroupId",
        /^[a-zA-Z][a-zA-Z0-9-]{0,39}$/,
        "1 to 40 letters, digits and hyphens, beginning with a letter",
      ),
    }),
    unique: held({
      scope: "elasticache-user-group",
      property: "userGroupId",
      code: "UserGroupAlreadyExists",
      words: (name) => `User Group ${name} already exists.`,
      operation: "ElastiCache: CreateUserGroup",
    }),
    refuse: (request) => {
      const users = request.cloud
        .list("aws:elasticache/user:User")
        .filter((user) => request.texts("userIds").includes(user.id));
      // Each group of Redis OSS must hold a user whose name is "default".
      const named =
        users.some((user) => user.state["userName"] === "default") || request.texts("userIds").includes("default");
      if (request.text("engine").toLowerCase() === "redis" && !named) {
        request.refuse(
          "DefaultUserRequired",
          "A default user required and should be specified in the UserIds.",
          "ElastiCache: CreateUserGroup",
        );
      }
    },
    outputs: (request) => ({ arn: request.arn("elasticache", `usergroup:${request.text("userGroupId")}`) }),
  },
  "aws:elasticache/userGroupAssociation:UserGroupAssociation": {
    id: (request) => `${request.text("userGroupId")},${request.text("userId")}`,
  },
});
