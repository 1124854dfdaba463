// By what each store is kept a second time, on small graphs of its own.
import { describe, expect, it } from "vitest";
import { coverageOf } from "../../../report/html/backups";
import { graphOf, type Made, urnOf } from "./world";

describe("backups", () => {
  const CLUSTER = "aws:rds/cluster:Cluster";
  const told = (...made: Made[]) =>
    coverageOf(graphOf(...made)).map(({ resource, covers, guards }) => [
      resource.name,
      covers.map(({ what, days, region }) => `${what.en}: ${days ?? "-"} ${region ?? ""}`.trim()),
      guards,
    ]);

  it("says what keeps a cluster, its plan and the copy in another region", () => {
    const plan: Made = {
      name: "plan",
      type: "aws:backup/plan:Plan",
      inputs: {
        rules: [
          {
            ruleName: "daily",
            lifecycle: { deleteAfter: 35 },
            copyActions: [
              { destinationVaultArn: "arn:aws:backup:ap-northeast-3:1:backup-vault:v", lifecycle: { deleteAfter: 90 } },
            ],
          },
        ],
      },
    };
    const selection: Made = {
      name: "selection",
      type: "aws:backup/selection:Selection",
      links: { planId: [urnOf(plan.type, "plan")], resources: [urnOf(CLUSTER, "database")] },
    };
    const cluster: Made = {
      name: "database",
      type: CLUSTER,
      protect: true,
      inputs: { backupRetentionPeriod: 30, deletionProtection: true },
    };
    expect(told(cluster, plan, selection)).toEqual([
      [
        "database",
        [
          "point in time, to the second: 30",
          "final snapshot when it is deleted: -",
          "AWS Backup: daily: 35",
          "copy of daily: 90 ap-northeast-3",
        ],
        ["protect", "deletionProtection"],
      ],
    ]);
    const byTag = {
      ...selection,
      links: { planId: [urnOf(plan.type, "plan")] },
      inputs: { selectionTags: [{ type: "STRINGEQUALS", key: "Backup", value: "daily" }] },
    };
    expect(told({ ...cluster, inputs: { tags: { Backup: "daily" } } }, plan, byTag)[0]?.[1]).toContain(
      "AWS Backup: daily: 35",
    );
    expect(told({ ...cluster, inputs: { tags: { Backup: "never" } } }, plan, byTag)[0]?.[1]).not.toContain(
      "AWS Backup: daily: 35",
    );
    const byArn = { ...byTag, inputs: { resources: ["arn:aws:rds:*:cluster:data*"] } };
    expect(told({ ...cluster, outputs: { arn: "arn:aws:rds:x:1:cluster:database" } }, plan, byArn)[0]?.[1]).toContain(
      "AWS Backup: daily: 35",
    );
    expect(told({ ...cluster, outputs: { arn: "arn:aws:rds:x:1:cluster:other" } }, plan, byArn)[0]?.[1]).not.toContain(
      "AWS Backup: daily: 35",
    );
  });

  it("does not take a suspended bucket, a cache without snapshots or a table without recovery for covered", () => {
    const BUCKET = "aws:s3/bucket:Bucket";
    const bucket: Made = { name: "bucket", type: BUCKET };
    const versioning = (status: string): Made => ({
      name: "versioning",
      type: "aws:s3/bucketVersioning:BucketVersioning",
      inputs: { versioningConfiguration: { status } },
      links: { bucket: [urnOf(BUCKET, "bucket")] },
    });
    expect(told(bucket, versioning("Suspended"))).toEqual([["bucket", [], []]]);
    expect(told(bucket, versioning("Enabled"))).toEqual([["bucket", ["earlier versions of each object: -"], []]]);
    expect(
      told({
        name: "cache",
        type: "aws:elasticache/replicationGroup:ReplicationGroup",
        inputs: { snapshotRetentionLimit: 0 },
      }),
    ).toEqual([["cache", [], []]]);
    expect(
      told({ name: "table", type: "aws:dynamodb/table:Table", inputs: { pointInTimeRecovery: { enabled: false } } }),
    ).toEqual([["table", [], []]]);
  });
});
