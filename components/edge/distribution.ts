import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { GLOBAL_REGION, type StackFacts } from "../../config/stack";
import { seconds } from "../../config/vocabulary";
import type { Metric, Metrics } from "../metrics";
import { AccessLogs } from "./access-logs";
import { cacheBehaviors, errorResponses } from "./cache-behaviors";
import { ErrorPages, errorPagePath } from "./error-pages";
import { Maintenance } from "./maintenance";
import { planRoutes } from "./routes";
import { securityHeaders } from "./security-headers";
import { vpcOrigin } from "./vpc-origin";

export interface DistributionArgs {
  readonly stack: StackFacts;
  /** Names that viewers use, all on the certificate. No other distribution of any account may have them. */
  readonly hostnames: readonly string[];
  /** Name on the load balancer's certificate by which CloudFront checks it. */
  readonly originHostname: string;
  /** The internal load balancer, listening on 443. */
  readonly loadBalancerArn: pulumi.Input<string>;
  /** A validated certificate in us-east-1. */
  readonly certificateArn: pulumi.Input<string>;
  /** A web ACL of scope CLOUDFRONT. */
  readonly webAclArn: pulumi.Input<string>;
  /** The assets bucket, whose policy and key admit CloudFront for distributions of this account. */
  readonly assetsBucket: pulumi.Input<string>;
  /** Its regional host name, "….s3.ap-northeast-1.amazonaws.com". */
  readonly assetsDomainName: pulumi.Input<string>;
  /** Path patterns served from the assets bucket and cached. */
  readonly staticPaths: readonly string[];
  /** Path patterns that must never be cached: clicks and redirects. */
  readonly uncachedPaths: readonly string[];
  /** PriceClass_200 is the cheapest that has edge locations in Japan. */
  readonly priceClass: string;
  /** KMS key in us-east-1 for the access log. */
  readonly logKeyArn: pulumi.Input<string>;
  /** Days. */
  readonly logRetentionDays: number;
}

type MetricName =
  | "requests"
  | "clientErrorRate"
  | "serverErrorRate"
  | "badGatewayRate"
  | "gatewayTimeoutRate"
  | "originLatency"
  | "cacheHitRate";

/**
 * The CloudFront distribution: all requests of viewers come in here. Without Origin Shield: application answers are
 * not cached, so it would only lengthen their way, and the assets' viewers share one regional cache, in Tokyo, already.
 */
export class Distribution extends pulumi.ComponentResource {
  readonly distributionId: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** "d111111abcdef8.cloudfront.net", what the records point to. */
  readonly domainName: pulumi.Output<string>;
  /** Zone of that name, for alias records. */
  readonly hostedZoneId: pulumi.Output<string>;
  readonly logGroupName: string;
  /** The key-value store that says whether there is maintenance. */
  readonly maintenanceStoreArn: pulumi.Output<string>;
  /** CloudFront reports them in us-east-1; all but requests and the plain error rates need the subscription below. */
  readonly metrics: Metrics<MetricName>;

  constructor(name: string, args: DistributionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:edge:Distribution", name, {}, opts);
    const { stack, staticPaths, uncachedPaths } = args;
    const parent = { parent: this };
    const routes = planRoutes({ staticPaths, uncachedPaths });

    const application = vpcOrigin(`${name}-application`, { stack, loadBalancerArn: args.loadBalancerArn }, parent);
    const accessControl = new aws.cloudfront.OriginAccessControl(
      `${name}-assets`,
      {
        name: stack.name("originAccessControl", "assets"),
        description: "Signs requests to the assets bucket",
        originAccessControlOriginType: "s3",
        signingBehavior: "always",
        signingProtocol: "sigv4",
      },
      parent,
    );
    const headers = new aws.cloudfront.ResponseHeadersPolicy(
      `${name}-security`,
      { name: stack.name("cloudFrontPolicy", "security"), ...securityHeaders },
      parent,
    );
    const maintenance = new Maintenance(`${name}-maintenance`, { stack }, parent);
    const pages = new ErrorPages(`${name}-errors`, { bucket: args.assetsBucket }, parent);

    const distribution = new aws.cloudfront.Distribution(
      name,
      {
        enabled: true,
        comment: `${stack.project} ${stack.environment}`,
        aliases: [...args.hostnames],
        origins: [
          {
            originId: "application",
            domainName: args.originHostname,
            vpcOriginConfig: {
              vpcOriginId: application.id,
              // Below the load balancer's idle timeout (65 s), or it would close connections that CloudFront still counts on.
              originReadTimeout: seconds.viewerRead,
              originKeepaliveTimeout: seconds.viewerKeepAlive,
            },
            // Inside a region a connection takes milliseconds: 10 seconds of waiting for a dead target are enough.
            connectionAttempts: 2,
            connectionTimeout: 5,
          },
          { originId: "assets", domainName: args.assetsDomainName, originAccessControlId: accessControl.id },
        ],
        ...cacheBehaviors(routes, headers.id, maintenance.functionArn),
        customErrorResponses: errorResponses(errorPagePath),
        webAclId: args.webAclArn,
        viewerCertificate: {
          acmCertificateArn: args.certificateArn,
          sslSupportMethod: "sni-only",
          // TLS 1.2 with forward secrecy, or 1.3. Only 1.3 would shut out partners' older servers and their postbacks.
          minimumProtocolVersion: "TLSv1.2_2021",
        },
        httpVersion: "http2and3",
        isIpv6Enabled: true,
        priceClass: args.priceClass,
        restrictions: { geoRestriction: { restrictionType: "none" } },
        // What an update no longer uses (an origin, a certificate, a web ACL) can be deleted only once it is deployed.
        waitForDeployment: true,
      },
      {
        ...parent,
        // A missing page turns the error that it stands for into the bucket's own 403.
        dependsOn: [pages],
        customTimeouts: { create: "60m", update: "60m", delete: "60m" },
      },
    );

    new aws.cloudfront.MonitoringSubscription(
      `${name}-metrics`,
      {
        distributionId: distribution.id,
        monitoringSubscription: {
          realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: "Enabled" },
        },
      },
      parent,
    );
    const logs = new AccessLogs(
      `${name}-logs`,
      {
        stack,
        distributionArn: distribution.arn,
        keyArn: args.logKeyArn,
        retentionDays: args.logRetentionDays,
      },
      parent,
    );

    this.distributionId = distribution.id;
    this.arn = distribution.arn;
    this.domainName = distribution.domainName;
    this.hostedZoneId = distribution.hostedZoneId;
    this.logGroupName = logs.logGroupName;
    this.maintenanceStoreArn = maintenance.storeArn;
    this.metrics = distributionMetrics(distribution.id);
    this.registerOutputs({ distributionId: this.distributionId, domainName: this.domainName });
  }
}

function distributionMetrics(id: pulumi.Output<string>): Metrics<MetricName> {
  const metric = (metricName: string, unit: string): Metric => ({
    namespace: "AWS/CloudFront",
    metricName,
    dimensions: { DistributionId: id, Region: "Global" },
    unit,
    region: GLOBAL_REGION,
  });
  return {
    requests: metric("Requests", "None"),
    clientErrorRate: metric("4xxErrorRate", "Percent"),
    serverErrorRate: metric("5xxErrorRate", "Percent"),
    badGatewayRate: metric("502ErrorRate", "Percent"),
    gatewayTimeoutRate: metric("504ErrorRate", "Percent"),
    originLatency: metric("OriginLatency", "Milliseconds"),
    cacheHitRate: metric("CacheHitRate", "Percent"),
  };
}
