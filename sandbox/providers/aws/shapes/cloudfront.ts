import { canonical, some, textOf, type Values } from "../../../schema/values";
import { UPPER, type Request } from "../../request";
import { shapes, type Shape, type UniqueName } from "../../shape";
import { held, inside, mustMatch, put, refuseWhileUsed, timestamp } from "./common";

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
const cloudfrontId = (request: Request): string => request.kept("id", () => `E${request.code(13, UPPER)}`);
const arn = (request: Request, resource: string): string => request.arn("cloudfront", resource, { region: "" });
const etag = (request: Request): string => `E${request.code(13, UPPER, JSON.stringify(request.inputs))}`;

function policy(kind: string, noun: string, inUse: readonly string[]): Shape {
  return {
    id: (request) => request.kept("id", () => request.uuid()),
    autoname: { property: "name", maxLength: 128 },
    plan: (request) => ({
      name: mustMatch(request, "name", /^[\w-]{1,128}$/, "1 to 128 letters, digits, hyphens and underscores"),
    }),
    unique: held({
      scope: `cloudfront-${kind}`,
      within: "account",
      code: `${noun}AlreadyExists`,
      words: (name) => `A policy named ${name} already exists.`,
      operation: `CloudFront: Create${noun}`,
      status: 409,
    }),
    outputs: (request) => ({
      id: request.kept("id", () => request.uuid()),
      arn: arn(request, `${kind}/${request.kept("id", () => request.uuid())}`),
      etag: etag(request),
    }),
    refuseDelete: refuseWhileUsed(
      inUse.map((argument) => [DISTRIBUTION, argument] as const),
      {
        code: `${noun}InUse`,
        words: (id) => `The policy ${id} is attached to a distribution.`,
        operation: `CloudFront: Delete${noun}`,
        status: 409,
      },
    ),
  };
}

const BEHAVIORS = ["defaultCacheBehavior", "orderedCacheBehaviors"];

/** Aliases belong to one distribution in the world. */
function aliases(request: Request): UniqueName[] {
  return request.texts("aliases").map((name) => ({
    scope: "cloudfront-alias",
    name,
    within: "world",
    code: "CNAMEAlreadyExists",
    message: "One or more of the CNAMEs you provided are already associated with a different resource.",
    operation: "CloudFront: CreateDistribution",
    status: 409,
  }));
}

function refuseDistribution(request: Request): void {
  const operation = "CloudFront: CreateDistribution";
  const origins = request.maps("origins").map((origin) => origin["originId"]);
  const behaviors = [request.map("defaultCacheBehavior"), ...request.maps("orderedCacheBehaviors")];
  for (const behavior of behaviors) {
    if (!origins.includes(behavior["targetOriginId"] ?? "")) {
      request.refuse(
        "NoSuchOrigin",
        `One or more of your origins or origin groups do not exist: ${textOf(behavior["targetOriginId"])}`,
        operation,
        404,
      );
    }
  }
  const certificate = request.map("viewerCertificate")["acmCertificateArn"];
  if (typeof certificate === "string" && certificate.split(":")[3] !== "us-east-1") {
    request.refuse(
      "InvalidViewerCertificate",
      "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.",
      operation,
    );
  }
  if (request.texts("aliases").length > 0 && typeof certificate !== "string") {
    request.refuse(
      "InvalidViewerCertificate",
      "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate that validates your authorization to use the domain name.",
      operation,
    );
  }
  const acl = request.text("webAclId");
  if (acl !== "" && !acl.startsWith("arn:aws:wafv2:us-east-1:")) {
    request.refuse(
      "InvalidWebACLId",
      "Web ACL is not accessible by the requester: the ARN of a global web ACL in us-east-1 is needed.",
      operation,
    );
  }
}

function named(kind: string, noun: string, more: (request: Request) => Values = () => ({})): Shape {
  return {
    id: cloudfrontId,
    autoname: { property: "name", maxLength: 64 },
    unique: held({
      scope: `cloudfront-${kind}`,
      within: "account",
      code: `${noun}AlreadyExists`,
      words: (name) => `One or more resources of that kind already exist with the name ${name}.`,
      operation: `CloudFront: Create${noun}`,
      status: 409,
    }),
    outputs: (request) => ({
      id: cloudfrontId(request),
      arn: arn(request, `${kind}/${cloudfrontId(request)}`),
      etag: etag(request),
      ...more(request),
    }),
  };
}

const functionArn = (request: Request): string => arn(request, `function/${request.text("name")}`);

export const cloudfront = shapes({
  [DISTRIBUTION]: {
    id: cloudfrontId,
    unique: aliases,
    refuse: refuseDistribution,
    outputs: (request) => ({
      id: cloudfrontId(request),
      arn: arn(request, `distribution/${cloudfrontId(request)}`),
      domainName: request.kept(
        "domainName",
        () => `d${request.code(13, "abcdefghijklmnopqrstuvwxyz0123456789", "domain")}.cloudfront.net`,
      ),
      hostedZoneId: "Z2FDTNDATAQYW2",
      callerReference: request.kept("callerReference", () => `terraform-${request.hex(26)}`),
      etag: etag(request),
      lastModifiedTime: timestamp(request, "lastModifiedTime"),
      inProgressValidationBatches: 0,
      status: "Deployed",
      continuousDeploymentPolicyId: "",
      trustedKeyGroups: [{ enabled: false, items: [] }],
      trustedSigners: [{ enabled: false, items: [] }],
      httpVersion: "http2",
      priceClass: "PriceClass_All",
    }),
    refuseDelete: (request, found) => {
      // The provider disables it first, unless it was told to leave it.
      if (found.state["retainOnDelete"] !== true) return;
      throw new Error(`${request.name} (${found.id}) was disabled, and is left to be deleted by hand (retainOnDelete)`);
    },
  },
  "aws:cloudfront/vpcOrigin:VpcOrigin": {
    id: (request) => request.kept("id", () => `vo_${request.code(22, `${UPPER}abcdefghijklmnopqrstuvwxyz`)}`),
    unique: (request) => {
      const name = textOf(inside(request.map("vpcOriginEndpointConfig"), "name"));
      return [
        {
          scope: "cloudfront-vpc-origin",
          name,
          within: "account",
          code: "EntityAlreadyExists",
          message: `A VPC origin named ${name} already exists.`,
          operation: "CloudFront: CreateVpcOrigin",
          status: 409,
        },
      ];
    },
    // UpdateVpcOrigin refuses while a distribution has it (terraform-provider-aws#40905).
    refuse: (request) => {
      const before = inside(request.old, "vpcOriginEndpointConfig");
      if (before === undefined || canonical(before) === canonical(request.map("vpcOriginEndpointConfig"))) return;
      const id = request.old?.["id"] ?? "";
      const used = request.cloud
        .list(DISTRIBUTION)
        .some((found) => some(found.state["origins"] ?? null, (part) => part === id));
      if (used)
        request.refuse(
          "CannotUpdateEntityWhileInUse",
          `The VPC origin ${textOf(id)} is attached to a distribution.`,
          "CloudFront: UpdateVpcOrigin",
          409,
        );
    },
    outputs: (request) => {
      const id = request.kept("id", () => `vo_${request.code(22, `${UPPER}abcdefghijklmnopqrstuvwxyz`)}`);
      return { id, arn: arn(request, `vpcorigin/${id}`), etag: etag(request) };
    },
    refuseDelete: refuseWhileUsed([[DISTRIBUTION, "origins"]], {
      code: "CannotDeleteEntityWhileInUse",
      words: (id) => `The VPC origin ${id} is attached to a distribution.`,
      operation: "CloudFront: DeleteVpcOrigin",
      status: 409,
    }),
  },
  "aws:cloudfront/originAccessControl:OriginAccessControl": named("origin-access-control", "OriginAccessControl"),
  "aws:cloudfront/originAccessIdentity:OriginAccessIdentity": {
    id: cloudfrontId,
    outputs: (request) => {
      const id = cloudfrontId(request);
      return {
        id,
        arn: arn(request, `origin-access-identity/${id}`),
        iamArn: `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ${id}`,
        cloudfrontAccessIdentityPath: `origin-access-identity/cloudfront/${id}`,
        s3CanonicalUserId: request.hex(64),
        callerReference: `terraform-${request.hex(26)}`,
        etag: etag(request),
      };
    },
  },
  "aws:cloudfront/cachePolicy:CachePolicy": policy("cache-policy", "CachePolicy", BEHAVIORS),
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": policy(
    "origin-request-policy",
    "OriginRequestPolicy",
    BEHAVIORS,
  ),
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": policy(
    "response-headers-policy",
    "ResponseHeadersPolicy",
    BEHAVIORS,
  ),
  "aws:cloudfront/function:Function": {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 64 },
    plan: (request) => ({
      name: mustMatch(request, "name", /^[a-zA-Z0-9-_]{1,64}$/, "1 to 64 letters, digits, hyphens and underscores"),
    }),
    unique: held({
      scope: "cloudfront-function",
      within: "account",
      code: "FunctionAlreadyExists",
      words: (name) => `A function with the name ${name} already exists in this AWS account.`,
      operation: "CloudFront: CreateFunction",
      status: 409,
    }),
    refuse: (request) => {
      if (Buffer.byteLength(request.text("code")) > 10_240) {
        request.refuse(
          "FunctionSizeLimitExceeded",
          "The function code is larger than the maximum size of 10 KB.",
          "CloudFront: CreateFunction",
          413,
        );
      }
    },
    outputs: (request) => ({
      arn: functionArn(request),
      etag: etag(request),
      liveStageEtag: etag(request),
      status: "UNASSOCIATED",
      publish: true,
    }),
    refuseDelete: refuseWhileUsed(
      BEHAVIORS.map((argument) => [DISTRIBUTION, argument] as const),
      {
        code: "FunctionInUse",
        words: () => "Cannot delete function, it is in use by 1 distributions.",
        operation: "CloudFront: DeleteFunction",
        status: 409,
      },
      (resource) => resource.state["arn"] ?? "",
    ),
  },
  "aws:cloudfront/keyValueStore:KeyValueStore": {
    ...named("key-value-store", "KeyValueStore"),
    id: (request) => request.text("name"),
    outputs: (request) => ({
      arn: arn(request, `key-value-store/${request.uuid()}`),
      etag: etag(request),
      lastModifiedTime: timestamp(request, "lastModifiedTime"),
    }),
  },
  "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey": {
    ...put("keyValueStoreArn", "key"),
    outputs: () => ({ totalSizeInBytes: 64 }),
  },
  "aws:cloudfront/monitoringSubscription:MonitoringSubscription": put("distributionId"),
  "aws:cloudfront/publicKey:PublicKey": {
    id: cloudfrontId,
    outputs: (request) => ({ callerReference: `terraform-${request.hex(26)}`, etag: etag(request), namePrefix: "" }),
  },
  "aws:cloudfront/keyGroup:KeyGroup": {
    id: (request) => request.uuid(),
    outputs: (request) => ({ etag: etag(request) }),
  },
});
