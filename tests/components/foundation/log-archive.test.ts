import { describe, expect, it } from "vitest";
import { LogArchive } from "../../../components/foundation/log-archive";
import { record } from "../../support/mocks";
import { statement, statementsOf } from "../../support/policies";
import { testStack } from "../../support/stack";

const NAME = "affiliate-production-logs-123456789012";
const make = (archiveDays = 365) => record(() => new LogArchive("logs", { stack: testStack(), archiveDays }));
const policyOf = async () => (await make()).one("aws:s3/bucketPolicy:BucketPolicy");

describe("LogArchive", () => {
  it("is one private bucket that does not log itself", async () => {
    const archive = await make();
    expect(archive.counts()).toEqual({
      "affiliate:foundation:LogArchive": 1,
      "affiliate:foundation:PrivateBucket": 1,
      "aws:s3/bucket:Bucket": 1,
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
      "aws:s3/bucketPolicy:BucketPolicy": 1,
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
      "aws:s3/bucketVersioning:BucketVersioning": 1,
    });
    expect(archive.one("aws:s3/bucket:Bucket").inputs.bucket).toBe(NAME);
  });

  it("is encrypted by S3's own keys, since load balancers deliver to nothing else", async () => {
    const encryption = (await make()).one(
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    );
    expect(encryption.inputs.rules).toMatchObject([{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }]);
  });

  it("lets in S3's access logs from buckets of this stack, under their prefix", async () => {
    expect(statement(await policyOf(), "S3AccessLogs")).toEqual({
      Sid: "S3AccessLogs",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `arn:aws:s3:::${NAME}/s3/*`,
      Condition: {
        ArnLike: { "aws:SourceArn": "arn:aws:s3:::affiliate-production-*" },
        StringEquals: { "aws:SourceAccount": "123456789012" },
      },
    });
  });

  it("lets in logs of load balancers of this account, under their prefix", async () => {
    expect(LogArchive.loadBalancerPrefix).toBe("alb");
    expect(statement(await policyOf(), "LoadBalancerLogs")).toEqual({
      Sid: "LoadBalancerLogs",
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `arn:aws:s3:::${NAME}/alb/AWSLogs/123456789012/*`,
    });
  });

  it("lets nobody else in", async () => {
    expect(statementsOf(await policyOf()).map(({ Sid, Effect }) => `${Effect} ${Sid}`)).toEqual([
      "Deny OnlyTls",
      "Allow S3AccessLogs",
      "Allow LoadBalancerLogs",
    ]);
  });

  it.each([
    [365, [{ days: 30, storageClass: "STANDARD_IA" }]],
    [61, [{ days: 30, storageClass: "STANDARD_IA" }]],
    [60, []],
  ])("keeps logs for %i days, and moves them only when they stay long enough", async (days, transitions) => {
    const lifecycle = (await make(days)).one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
    expect(lifecycle.inputs.rules).toMatchObject([
      { id: "unfinished-uploads" },
      { id: "noncurrent-versions" },
      { id: "archive", status: "Enabled", filter: { prefix: "" }, expiration: { days }, transitions },
    ]);
  });
});
