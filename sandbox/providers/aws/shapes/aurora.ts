import { LOWER, UPPER, type Request } from "../../request";
import { scoped, shapes } from "../../shape";
import { regionFacts } from "../zones";
import { mustBeWithin, mustMatch } from "./common";

export const CLUSTER = "aws:rds/cluster:Cluster";
export const INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
export const SNAPSHOT = "aws:rds/clusterSnapshot:ClusterSnapshot";

export const RULE =
  "1 to 63 lower case letters, digits and hyphens, beginning with a letter, no two hyphens together, none at the end";
const IDENTIFIER = /^(?!.*--)[a-z][a-z0-9-]{0,62}(?<!-)$/;
const PORTS: Readonly<Record<string, number>> = {
  "aurora-mysql": 3306,
  mysql: 3306,
  "aurora-postgresql": 5432,
  postgres: 5432,
};

function identifier(request: Request, property: string): string {
  const prefix = request.text(`${property}Prefix`) || "tf-";
  return request.text(property) || request.kept(property, () => `${prefix}2026${request.code(22, "0123456789")}`);
}

/** The middle of all endpoints of one account in one region: the same for each cluster and instance. */
function endpointCode(request: Request): string {
  let sum = 7;
  for (const char of `${request.account}/${request.region}`) sum = (sum * 31 + char.charCodeAt(0)) % 2_176_782_336;
  return `c${sum.toString(36).padStart(6, "0")}${LOWER.slice(sum % 20, (sum % 20) + 4)}x`;
}

export function host(request: Request, name: string, kind = ""): string {
  return `${name}.${kind}${endpointCode(request)}.${request.region}.rds.amazonaws.com`;
}

function managedSecret(request: Request): { [key: string]: string }[] {
  const manage = request.inputs["manageMasterUserPassword"] === true;
  if (!manage) return [];
  const name = `rds!cluster-${request.uuid("secret")}-${request.code(6, UPPER + LOWER, "secret")}`;
  const key =
    request.text("masterUserSecretKmsKeyId") || request.arn("kms", `key/${request.uuid("aws/secretsmanager")}`);
  return [{ kmsKeyId: key, secretArn: request.arn("secretsmanager", `secret:${name}`), secretStatus: "active" }];
}

function refuseWindows(request: Request): void {
  const backup = request.text("preferredBackupWindow");
  const maintenance = request.text("preferredMaintenanceWindow");
  const daily = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(backup);
  const weekly = /^[a-z]{3}:(\d\d):(\d\d)-[a-z]{3}:(\d\d):(\d\d)$/i.exec(maintenance);
  if (!daily || !weekly) return;
  const minutes = (match: RegExpExecArray, at: number): number => Number(match[at]) * 60 + Number(match[at + 1]);
  const spread = (start: number, end: number): [number, number] => [start, end <= start ? end + 1440 : end];
  const [b0, b1] = spread(minutes(daily, 1), minutes(daily, 3));
  const [m0, m1] = spread(minutes(weekly, 1), minutes(weekly, 3));
  if (b1 - b0 < 30) {
    request.refuse("InvalidParameterValue", "The backup window must be at least 30 minutes.", "RDS: CreateDBCluster");
  }
  const meets = [-1440, 0, 1440].some((shift) => b0 < m1 + shift && m0 + shift < b1);
  if (meets) {
    request.refuse(
      "InvalidParameterCombination",
      `The backup window ${backup} and the maintenance window ${maintenance} must not overlap.`,
      "RDS: CreateDBCluster",
    );
  }
}

export const aurora = shapes({
  [CLUSTER]: {
    id: (request) => identifier(request, "clusterIdentifier"),
    autoname: false,
    plan: (request) => ({
      clusterIdentifier: mustMatch(request, "clusterIdentifier", IDENTIFIER, RULE),
      finalSnapshotIdentifier: mustMatch(
        request,
        "finalSnapshotIdentifier",
        /^(?!.*--)[A-Za-z][A-Za-z0-9-]{0,254}(?<!-)$/,
        "letters, digits and hyphens",
      ),
      backupRetentionPeriod: mustBeWithin(request, "backupRetentionPeriod", 0, 35),
    }),
    unique: (request) => [
      {
        scope: "rds-cluster",
        name: identifier(request, "clusterIdentifier"),
        code: "DBClusterAlreadyExistsFault",
        message: "DB Cluster already exists",
        operation: "RDS: CreateDBCluster",
      },
    ],
    refuse: (request) => {
      refuseWindows(request);
      const restored = [
        "snapshotIdentifier",
        "restoreToPointInTime",
        "replicationSourceIdentifier",
        "globalClusterIdentifier",
      ];
      if (!request.has("masterUsername") && !restored.some((key) => request.has(key)) && request.old === undefined) {
        request.refuse(
          "InvalidParameterValue",
          "The parameter MasterUsername must be provided and must not be blank.",
          "RDS: CreateDBCluster",
        );
      }
      if (request.flag("manageMasterUserPassword") && request.has("globalClusterIdentifier")) {
        request.refuse(
          "InvalidParameterCombination",
          "ManageMasterUserPassword is not supported for global databases.",
          "RDS: CreateDBCluster",
        );
      }
      if (
        request.text("databaseInsightsMode") === "advanced" &&
        (request.number("performanceInsightsRetentionPeriod") ?? 0) < 465
      ) {
        request.refuse(
          "InvalidParameterCombination",
          "To enable the Advanced mode of Database Insights, modify your cluster to enable Performance Insights and set the retention period for Performance Insights to at least 465 days.",
          "RDS: CreateDBCluster",
        );
      }
    },
    outputs: (request) => {
      const id = identifier(request, "clusterIdentifier");
      const engine = request.text("engine");
      const zones = Object.keys(regionFacts(request.region).zones).slice(0, 3);
      return {
        clusterIdentifier: id,
        clusterIdentifierPrefix: "",
        arn: request.arn("rds", `cluster:${id}`),
        clusterResourceId: request.kept("clusterResourceId", () => `cluster-${request.code(26, UPPER)}`),
        endpoint: host(request, id, "cluster-"),
        readerEndpoint: host(request, id, "cluster-ro-"),
        hostedZoneId: "Z24O6O9L7SGTNB",
        port: PORTS[engine] ?? 3306,
        engineVersion: "8.0.mysql_aurora.3.10.0",
        engineVersionActual: request.text("engineVersion") || "8.0.mysql_aurora.3.10.0",
        engineMode: "provisioned",
        availabilityZones: zones,
        allocatedStorage: 1,
        backupRetentionPeriod: 1,
        preferredBackupWindow: "17:00-17:30",
        preferredMaintenanceWindow: "sun:20:00-sun:20:30",
        dbClusterParameterGroupName: `default.${engine}8.0`,
        dbSubnetGroupName: "default",
        databaseName: "",
        masterUsername: "",
        masterUserSecrets: managedSecret(request),
        masterUserSecretKmsKeyId: managedSecret(request)[0]?.["kmsKeyId"] ?? "",
        kmsKeyId: "",
        storageEncrypted: false,
        storageType: "aurora",
        clusterMembers: [],
        clusterScalabilityType: "standard",
        databaseInsightsMode: "standard",
        dbSystemId: "",
        networkType: "IPV4",
        caCertificateIdentifier: "rds-ca-rsa2048-g1",
        caCertificateValidTill: "2061-05-25T22:59:10Z",
        monitoringRoleArn: "",
        performanceInsightsKmsKeyId: "",
        upgradeRolloutOrder: "second",
        iamRoles: [],
        vpcSecurityGroupIds: [],
      };
    },
    refuseDelete: (request, cluster) => {
      const operation = "RDS: DeleteDBCluster";
      if (cluster.state["deletionProtection"] === true) {
        request.refuse(
          "InvalidParameterCombination",
          "Cannot delete protected Cluster, please disable deletion protection and try again.",
          operation,
        );
      }
      const members = request.cloud.list(INSTANCE).filter((found) => found.state["clusterIdentifier"] === cluster.id);
      if (members.length > 0) {
        request.refuse(
          "InvalidDBClusterStateFault",
          `Cluster cannot be deleted, it still contains DB instances in non-deleting state: ${members.map((found) => found.id).join(", ")}`,
          operation,
        );
      }
      const snapshot = cluster.state["finalSnapshotIdentifier"];
      if (cluster.state["skipFinalSnapshot"] !== true) {
        if (typeof snapshot !== "string" || snapshot === "") {
          throw new Error("RDS Cluster final_snapshot_identifier is required when skip_final_snapshot is false");
        }
        if (request.cloud.list(SNAPSHOT).some((found) => found.id === snapshot && found.region === cluster.region)) {
          request.refuse(
            "DBClusterSnapshotAlreadyExistsFault",
            `Cannot create the cluster snapshot because one with the identifier ${snapshot} already exists.`,
            operation,
          );
        }
      }
    },
    afterDelete: (request, cluster) => {
      const snapshot = cluster.state["finalSnapshotIdentifier"];
      if (cluster.state["skipFinalSnapshot"] === true || typeof snapshot !== "string") return;
      request.cloud.create({
        ...cluster,
        type: SNAPSHOT,
        id: snapshot,
        key: snapshot,
        names: [scoped({ scope: "rds-cluster-snapshot", name: snapshot }, cluster)],
        inputs: {},
        state: {
          dbClusterIdentifier: cluster.id,
          dbClusterSnapshotIdentifier: snapshot,
          dbClusterSnapshotArn: request.arn("rds", `cluster-snapshot:${snapshot}`),
          status: "available",
        },
      });
    },
  },
  [INSTANCE]: {
    id: (request) => identifier(request, "identifier"),
    autoname: false,
    plan: (request) => ({
      identifier: mustMatch(request, "identifier", IDENTIFIER, RULE),
      promotionTier: mustBeWithin(request, "promotionTier", 0, 15),
    }),
    unique: (request) => [
      {
        scope: "rds-instance",
        name: identifier(request, "identifier"),
        code: "DBInstanceAlreadyExists",
        message: "DB instance already exists",
        operation: "RDS: CreateDBInstance",
      },
    ],
    refuse: (request) => {
      const cluster = request.text("clusterIdentifier");
      if (!request.cloud.list(CLUSTER).some((found) => found.id === cluster && found.region === request.region)) {
        request.refuse("DBClusterNotFoundFault", `DBCluster ${cluster} not found.`, "RDS: CreateDBInstance", 404);
      }
    },
    outputs: (request) => {
      const id = identifier(request, "identifier");
      const cluster = request.cloud.list(CLUSTER).find((found) => found.id === request.text("clusterIdentifier"));
      const others = request.cloud
        .list(INSTANCE)
        .filter((found) => found.state["clusterIdentifier"] === cluster?.id && found.id !== id);
      const zones = Object.keys(regionFacts(request.region).zones);
      const taken = others.length % zones.length;
      return {
        identifier: id,
        identifierPrefix: "",
        arn: request.arn("rds", `db:${id}`),
        availabilityZone: request.kept("availabilityZone", () => zones[taken] ?? ""),
        dbiResourceId: request.kept("dbiResourceId", () => `db-${request.code(26, UPPER)}`),
        endpoint: host(request, id),
        port: PORTS[request.text("engine")] ?? 3306,
        // The first instance of a cluster becomes its writer.
        writer: typeof request.old?.["writer"] === "boolean" ? request.old["writer"] : others.length === 0,
        engineVersion: cluster?.state["engineVersion"] ?? "",
        engineVersionActual: cluster?.state["engineVersionActual"] ?? "",
        caCertIdentifier: "rds-ca-rsa2048-g1",
        dbParameterGroupName: "default.aurora-mysql8.0",
        dbSubnetGroupName: cluster?.state["dbSubnetGroupName"] ?? "",
        kmsKeyId: cluster?.state["kmsKeyId"] ?? "",
        storageEncrypted: cluster?.state["storageEncrypted"] ?? false,
        monitoringRoleArn: "",
        networkType: "IPV4",
        performanceInsightsKmsKeyId: cluster?.state["performanceInsightsKmsKeyId"] ?? "",
        performanceInsightsRetentionPeriod: cluster?.state["performanceInsightsRetentionPeriod"] ?? 0,
        preferredBackupWindow: cluster?.state["preferredBackupWindow"] ?? "",
        preferredMaintenanceWindow: "sun:20:00-sun:20:30",
      };
    },
  },
});
