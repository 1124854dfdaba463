import { beforeAll, describe, expect, it } from "vitest";
import { managedPolicies } from "../../../components/edge/cache-behaviors";
import { Distribution } from "../../../components/edge/distribution";
import { vpcOriginName } from "../../../components/edge/vpc-origin";
import { record, valueOf, type Recording } from "../../support/mocks";
import { testStack } from "../../support/stack";

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
const VPC_ORIGIN = "aws:cloudfront/vpcOrigin:VpcOrigin";
const loadBalancerArn =
  "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/affiliate-production/50dc6c495c0c9188";

const make = (overrides: { staticPaths?: string[]; loadBalancerArn?: string } = {}) =>
  new Distribution("distribution", {
    stack: testStack(),
    hostnames: ["www.affiliate-system.com", "api.affiliate-system.com"],
    originHostname: "origin.affiliate-system.com",
    loadBalancerArn,
    certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/aaaa",
    webAclArn: "arn:aws:wafv2:us-east-1:123456789012:global/webacl/affiliate-production-edge/bbbb",
    assetsBucket: "affiliate-production-assets-123456789012",
    assetsDomainName: "affiliate-production-assets-123456789012.s3.ap-northeast-1.amazonaws.com",
    staticPaths: ["/build/*", "/images/*"],
    uncachedPaths: ["/click/*", "/r/*"],
    priceClass: "PriceClass_200",
    logKeyArn: "arn:aws:kms:us-east-1:123456789012:key/cccc",
    logRetentionDays: 90,
    ...overrides,
  });

describe("Distribution", () => {
  let recording: Recording<Distribution>;
  beforeAll(async () => {
    recording = await record(make);
  });
  const inputs = () => recording.one(DISTRIBUTION).inputs;

  it("makes exactly these resources and asks no cloud", () => {
    expect(recording.counts()).toEqual({
      "affiliate:edge:AccessLogs": 1,
      "affiliate:edge:DeliveryLogGroup": 1,
      "affiliate:edge:Distribution": 1,
      "affiliate:edge:ErrorPages": 1,
      "affiliate:edge:Maintenance": 1,
      "aws:cloudfront/distribution:Distribution": 1,
      "aws:cloudfront/function:Function": 1,
      "aws:cloudfront/keyValueStore:KeyValueStore": 1,
      "aws:cloudfront/monitoringSubscription:MonitoringSubscription": 1,
      "aws:cloudfront/originAccessControl:OriginAccessControl": 1,
      "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": 1,
      "aws:cloudfront/vpcOrigin:VpcOrigin": 1,
      "aws:cloudwatch/logDelivery:LogDelivery": 1,
      "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": 1,
      "aws:cloudwatch/logDeliverySource:LogDeliverySource": 1,
      "aws:cloudwatch/logGroup:LogGroup": 1,
      "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": 1,
      "aws:s3/bucketObjectv2:BucketObjectv2": 2,
    });
    expect(recording.invokes).toEqual([]);
  });

  it("serves the stack's names over TLS 1.2 and 1.3, HTTP/2 and 3, IPv4 and 6, behind the web ACL", () => {
    expect(inputs()).toMatchObject({
      enabled: true,
      aliases: ["www.affiliate-system.com", "api.affiliate-system.com"],
      viewerCertificate: {
        acmCertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/aaaa",
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2021",
      },
      webAclId: "arn:aws:wafv2:us-east-1:123456789012:global/webacl/affiliate-production-edge/bbbb",
      httpVersion: "http2and3",
      isIpv6Enabled: true,
      priceClass: "PriceClass_200",
      waitForDeployment: true,
    });
    for (const absent of ["continuousDeploymentPolicyId", "loggingConfig", "defaultRootObject", "originGroups"]) {
      expect(inputs()).not.toHaveProperty(absent);
    }
  });

  it("reaches the application through the VPC origin only, the assets with signed requests only", async () => {
    const [application, assets, ...more] = inputs().origins as Record<string, unknown>[];
    expect(more).toEqual([]);
    expect(application).toEqual({
      originId: "application",
      domainName: "origin.affiliate-system.com",
      vpcOriginConfig: {
        vpcOriginId: expect.stringMatching(/^vo_/) as string,
        originReadTimeout: 60,
        originKeepaliveTimeout: 30,
      },
      connectionAttempts: 2,
      connectionTimeout: 5,
    });
    expect(assets).toEqual({
      originId: "assets",
      domainName: "affiliate-production-assets-123456789012.s3.ap-northeast-1.amazonaws.com",
      originAccessControlId: expect.stringMatching(/./) as string,
    });
    expect(recording.one("aws:cloudfront/originAccessControl:OriginAccessControl").inputs).toMatchObject({
      name: "affiliate-production-assets",
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    });
    expect(await valueOf(recording.result.domainName)).toMatch(/\.cloudfront\.net$/);
  });

  it("forwards everything and caches nothing by default", () => {
    expect(inputs().defaultCacheBehavior).toMatchObject({
      targetOriginId: "application",
      cachePolicyId: managedPolicies.cachingDisabled,
      originRequestPolicyId: managedPolicies.allViewer,
      allowedMethods: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
      viewerProtocolPolicy: "redirect-to-https",
    });
  });

  it("caches the static paths without cookies and names the clicks as uncached", () => {
    const behaviors = inputs().orderedCacheBehaviors as Record<string, unknown>[];
    expect(behaviors.map((b) => [b.pathPattern, b.targetOriginId, b.cachePolicyId, b.originRequestPolicyId])).toEqual([
      ["/errors/*", "assets", managedPolicies.cachingOptimized, undefined],
      ["/click/*", "application", managedPolicies.cachingDisabled, managedPolicies.allViewer],
      ["/r/*", "application", managedPolicies.cachingDisabled, managedPolicies.allViewer],
      ["/build/*", "assets", managedPolicies.cachingOptimized, undefined],
      ["/images/*", "assets", managedPolicies.cachingOptimized, undefined],
    ]);
    for (const behavior of behaviors.filter((b) => b.targetOriginId === "assets")) {
      expect(behavior).toMatchObject({ allowedMethods: ["GET", "HEAD", "OPTIONS"], compress: true });
    }
  });

  it("asks the maintenance function before the application, and never for what lies in the bucket", async () => {
    const { inputs: made } = recording.one("aws:cloudfront/function:Function");
    const storeArn = await valueOf(recording.result.maintenanceStoreArn);
    expect(made).toMatchObject({
      name: "affiliate-production-maintenance",
      runtime: "cloudfront-js-2.0",
      publish: true,
      keyValueStoreAssociations: [storeArn],
    });
    expect(recording.one("aws:cloudfront/keyValueStore:KeyValueStore").inputs).toMatchObject({
      name: "affiliate-production-maintenance",
    });
    const behaviors = [inputs().defaultCacheBehavior, ...(inputs().orderedCacheBehaviors as unknown[])] as Record<
      string,
      unknown
    >[];
    for (const { targetOriginId, functionAssociations } of behaviors) {
      expect(functionAssociations).toEqual(
        targetOriginId === "application"
          ? [{ eventType: "viewer-request", functionArn: expect.stringMatching(/maintenance/) as string }]
          : undefined,
      );
    }
  });

  it("sends the security headers with every behaviour and over https only", () => {
    const { defaultCacheBehavior, orderedCacheBehaviors } = inputs() as Record<string, Record<string, unknown>>;
    const behaviors = [defaultCacheBehavior, ...(orderedCacheBehaviors as unknown as Record<string, unknown>[])];
    expect(new Set(behaviors.map((behavior) => behavior?.responseHeadersPolicyId)).size).toBe(1);
    for (const behavior of behaviors) {
      expect(behavior?.responseHeadersPolicyId).toBeTypeOf("string");
      expect(behavior?.viewerProtocolPolicy).toBe("redirect-to-https");
    }
    expect(recording.one("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy").inputs).toEqual({
      name: "affiliate-production-security",
      securityHeadersConfig: {
        strictTransportSecurity: {
          accessControlMaxAgeSec: 2 * 365 * 24 * 3600,
          includeSubdomains: true,
          preload: false,
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: "SAMEORIGIN", override: false },
        referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: false },
      },
      customHeadersConfig: {
        items: [expect.objectContaining({ header: "permissions-policy", override: false })],
      },
      removeHeadersConfig: { items: [{ header: "server" }, { header: "x-powered-by" }] },
    });
  });

  it("has pages of its own for 502 and 504 only", () => {
    const responses = inputs().customErrorResponses as Record<string, unknown>[];
    expect(responses.filter((response) => "responsePagePath" in response || "responseCode" in response)).toEqual([
      { errorCode: 502, responseCode: 502, responsePagePath: "/errors/502.html", errorCachingMinTtl: 1 },
      { errorCode: 504, responseCode: 504, responsePagePath: "/errors/504.html", errorCachingMinTtl: 1 },
    ]);
    const pages = recording.ofType("aws:s3/bucketObjectv2:BucketObjectv2");
    expect(pages.map((page) => `/${String(page.inputs.key)}`)).toEqual(["/errors/502.html", "/errors/504.html"]);
    for (const { urn } of pages) expect(recording.one(DISTRIBUTION).options.dependencies).toContain(urn);
  });

  it("keeps no error of the application's: a user's 404 page is nobody else's", () => {
    const kept = (inputs().customErrorResponses as { errorCode: number; errorCachingMinTtl: number }[]).filter(
      ({ errorCode }) => errorCode !== 502 && errorCode !== 504,
    );
    expect(kept.map(({ errorCode }) => errorCode)).toEqual([400, 403, 404, 405, 414, 500, 501, 503]);
    for (const response of kept) {
      expect(response).toEqual({ errorCode: response.errorCode, errorCachingMinTtl: 0 });
    }
  });

  it("logs each request without its cookies to an encrypted group in us-east-1", () => {
    const { inputs: delivery, options } = recording.one("aws:cloudwatch/logDelivery:LogDelivery");
    const fields = delivery.recordFields as string[];
    expect(fields).toEqual(expect.arrayContaining(["x-edge-request-id", "c-ip", "cs-uri-stem", "sc-status"]));
    expect(fields.filter((field) => /cookie/i.test(field))).toEqual([]);
    expect(new Set(fields).size).toBe(fields.length);
    expect([options.replaceOnChanges, options.deleteBeforeReplace]).toEqual([["recordFields"], true]);
    expect(recording.one("aws:cloudwatch/logDeliverySource:LogDeliverySource").inputs).toMatchObject({
      logType: "ACCESS_LOGS",
      resourceArn: expect.stringMatching(/^arn:aws:cloudfront::123456789012:distribution\/E/) as string,
    });
    expect(recording.one("aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination").inputs).toMatchObject({
      outputFormat: "json",
      deliveryDestinationConfiguration: {
        destinationResourceArn: "arn:aws:logs:us-east-1:123456789012:log-group:/affiliate/production/cloudfront",
      },
    });
    expect(recording.one("aws:cloudwatch/logGroup:LogGroup").inputs).toEqual({
      name: "/affiliate/production/cloudfront",
      region: "us-east-1",
      kmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/cccc",
      retentionInDays: 90,
    });
    for (const { type, inputs: made } of recording.resources) {
      if (type.startsWith("aws:cloudwatch/")) expect(made.region).toBe("us-east-1");
    }
  });

  it("has the metrics that alarms need, where CloudFront reports them", async () => {
    expect(recording.one("aws:cloudfront/monitoringSubscription:MonitoringSubscription").inputs).toMatchObject({
      monitoringSubscription: { realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: "Enabled" } },
    });
    const id = await valueOf(recording.result.distributionId);
    const { metrics } = recording.result;
    expect(Object.values(metrics).map((metric) => `${metric.metricName} ${metric.unit}`)).toEqual([
      "Requests None",
      "4xxErrorRate Percent",
      "5xxErrorRate Percent",
      "502ErrorRate Percent",
      "504ErrorRate Percent",
      "OriginLatency Milliseconds",
      "CacheHitRate Percent",
    ]);
    for (const { namespace, region, dimensions } of Object.values(metrics)) {
      expect([namespace, region, dimensions.Region]).toEqual(["AWS/CloudFront", "us-east-1", "Global"]);
      expect(await valueOf(dimensions.DistributionId ?? "")).toBe(id);
    }
  });

  it("refuses paths that do not fit before anything is made", async () => {
    await expect(record(() => make({ staticPaths: ["/click/*"] }))).rejects.toThrow('"/click/*" is there twice');
  });

  it("gives each time limit that an hour-long deployment needs", () => {
    expect(recording.one(DISTRIBUTION).options.customTimeouts).toEqual({ create: "60m", update: "60m", delete: "60m" });
  });

  it("plans what policies judge without a cloud", async () => {
    const preview = await record(make, { preview: true });
    expect(preview.counts()).toEqual(recording.counts());
    const planned = preview.one(DISTRIBUTION).inputs;
    expect(planned.viewerCertificate).toEqual(inputs().viewerCertificate);
    expect(planned.customErrorResponses).toEqual(inputs().customErrorResponses);
  });
});

describe("the VPC origin", () => {
  it("speaks TLS 1.2 to port 443 of the load balancer and never http", async () => {
    const { inputs } = (await record(make)).one(VPC_ORIGIN);
    expect(inputs.vpcOriginEndpointConfig).toEqual({
      name: vpcOriginName(testStack(), loadBalancerArn),
      arn: loadBalancerArn,
      httpPort: 80,
      httpsPort: 443,
      originProtocolPolicy: "https-only",
      originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
    });
  });

  it("is replaced rather than updated, under a name that the old one does not have", async () => {
    const other = `${loadBalancerArn.slice(0, -1)}9`;
    const [before, after] = [await record(make), await record(() => make({ loadBalancerArn: other }))];
    expect(before.one(VPC_ORIGIN).options.replaceOnChanges).toEqual(["vpcOriginEndpointConfig"]);
    expect(before.one(VPC_ORIGIN).options.deleteBeforeReplace).toBe(false);
    const nameOf = ({ inputs }: { inputs: Record<string, unknown> }) =>
      (inputs.vpcOriginEndpointConfig as { name: string }).name;
    expect(nameOf(after.one(VPC_ORIGIN))).not.toBe(nameOf(before.one(VPC_ORIGIN)));
  });

  it("has another name for another way of connecting, within AWS's limit", () => {
    const stack = testStack();
    const names = [
      vpcOriginName(stack, loadBalancerArn),
      vpcOriginName(stack, loadBalancerArn, { httpsPort: 8443 }),
      vpcOriginName(testStack({ environment: "staging" }), loadBalancerArn),
    ];
    expect(new Set(names).size).toBe(3);
    expect(names[0]).toMatch(/^affiliate-production-web-[0-9a-f]{8}$/);
    expect(vpcOriginName(stack, loadBalancerArn)).toBe(names[0]);
  });
});
