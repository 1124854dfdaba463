import { MIXED, type Request } from "../../request";
import { shapes, type Shape } from "../../shape";
import { regionFacts } from "../zones";
import { mustBeJson, mustMatch } from "./common";

/** A bucket's side resource: one of a kind per bucket, put over what is there. */
const aspect: Shape = { id: (request) => request.text("bucket"), put: true, autoname: false };

const policy: Shape = {
  ...aspect,
  plan: (request) => ({ policy: mustBeJson(request, "policy") }),
};

function named(separator = ":"): Shape {
  return { id: (request) => `${request.text("bucket")}${separator}${request.text("name")}`, put: true };
}

const version = (request: Request): string => request.kept("versionId", () => request.code(32, MIXED));

const object: Shape = {
  id: (request) => `${request.text("bucket")}/${request.text("key")}`,
  autoname: { property: "key" },
  put: true,
  outputs: (request) => ({
    arn: `arn:aws:s3:::${request.text("bucket")}/${request.text("key")}`,
    etag: request.hex(32, JSON.stringify(request.inputs)),
    versionId: version(request),
    contentType: "application/octet-stream",
    storageClass: "STANDARD",
    serverSideEncryption: "aws:kms",
    kmsKeyId: "",
    acl: "private",
    ...Object.fromEntries(["Crc32", "Crc32c", "Crc64nvme", "Sha1", "Sha256"].map((kind) => [`checksum${kind}`, ""])),
  }),
};

const bucket: Shape = {
  id: (request) => request.text("bucket"),
  autoname: { property: "bucket", maxLength: 63 },
  plan: (request) => ({
    bucket: mustMatch(
      request,
      "bucket",
      /^(?!xn--|sthree-|.*--|.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      "3 to 63 lower case letters, digits, dots and hyphens, beginning and ending with a letter or digit",
    ),
  }),
  // Bucket names are one space for all accounts and regions.
  unique: (request) => {
    const name = request.text("bucket");
    const owner = request.cloud.list(request.type).find((other) => other.id === name);
    const mine = owner === undefined || owner.account === request.account;
    return [
      {
        scope: "bucket",
        name,
        within: "world",
        code: mine ? "BucketAlreadyOwnedByYou" : "BucketAlreadyExists",
        message: mine
          ? "Your previous request to create the named bucket succeeded and you already own it."
          : "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
        operation: "S3: CreateBucket",
        status: 409,
      },
    ];
  },
  outputs: (request) => {
    const name = request.text("bucket");
    return {
      arn: `arn:aws:s3:::${name}`,
      bucketDomainName: `${name}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${name}.s3.${request.region}.amazonaws.com`,
      bucketRegion: request.region,
      bucketNamespace: "global",
      bucketPrefix: "",
      hostedZoneId: regionFacts(request.region).bucketZone,
      objectLockEnabled: false,
      forceDestroy: false,
      requestPayer: "BucketOwner",
      accelerationStatus: "",
      policy: "",
      versioning: { enabled: false, mfaDelete: false },
      websiteDomain: "",
      websiteEndpoint: "",
    };
  },
  refuseDelete: (request, found) => {
    const objects = ["aws:s3/bucketObject:BucketObject", "aws:s3/bucketObjectv2:BucketObjectv2"].flatMap((type) =>
      request.cloud.list(type),
    );
    const full = found.state["hasObjects"] === true || objects.some((item) => item.state["bucket"] === found.id);
    if (full && found.state["forceDestroy"] !== true) {
      request.refuse(
        "BucketNotEmpty",
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
        "S3: DeleteBucket",
        409,
      );
    }
  },
};

export const s3 = shapes({
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketAccelerateConfiguration:BucketAccelerateConfiguration": aspect,
  "aws:s3/bucketAcl:BucketAcl": aspect,
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": aspect,
  "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration": named(),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    ...aspect,
    outputs: () => ({ transitionDefaultMinimumObjectSize: "all_storage_classes_128K", expectedBucketOwner: "" }),
  },
  "aws:s3/bucketLogging:BucketLogging": aspect,
  "aws:s3/bucketMetric:BucketMetric": named(),
  "aws:s3/bucketNotification:BucketNotification": aspect,
  "aws:s3/bucketObject:BucketObject": object,
  "aws:s3/bucketObjectv2:BucketObjectv2": object,
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": aspect,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": aspect,
  "aws:s3/bucketPolicy:BucketPolicy": policy,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": aspect,
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": {
    ...aspect,
    refuse: (request) => {
      const versioned = request.cloud
        .list("aws:s3/bucketVersioning:BucketVersioning")
        .some((other) => other.id === request.text("bucket"));
      if (!versioned) {
        request.refuse(
          "InvalidRequest",
          "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
          "S3: PutBucketReplication",
        );
      }
    },
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": aspect,
  "aws:s3/bucketVersioning:BucketVersioning": aspect,
  "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration": {
    ...aspect,
    outputs: (request) => ({
      websiteDomain: `s3-website-${request.region}.amazonaws.com`,
      websiteEndpoint: `${request.text("bucket")}.s3-website-${request.region}.amazonaws.com`,
      routingRuleDetails: "",
    }),
  },
  "aws:s3/inventory:Inventory": named(),
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": {
    id: (request) => request.account,
    put: true,
    outputs: (request) => ({ accountId: request.account }),
  },
});
