// WAF, CloudFront over a VPC origin, records.
"use strict";
const acm = require("aws-cdk-lib/aws-certificatemanager");
const cloudfront = require("aws-cdk-lib/aws-cloudfront");
const origins = require("aws-cdk-lib/aws-cloudfront-origins");
const logs = require("aws-cdk-lib/aws-logs");
const route53 = require("aws-cdk-lib/aws-route53");
const targets = require("aws-cdk-lib/aws-route53-targets");
const wafv2 = require("aws-cdk-lib/aws-wafv2");

const MANAGED = [
  "AWSManagedRulesCommonRuleSet",
  "AWSManagedRulesKnownBadInputsRuleSet",
  "AWSManagedRulesSQLiRuleSet",
  "AWSManagedRulesPHPRuleSet",
  "AWSManagedRulesAmazonIpReputationList",
];

exports.edge = function edge(stack, global, { balancer, zone, hostnames }, { buckets }) {
  const visible = (metricName) => ({ sampledRequestsEnabled: true, cloudWatchMetricsEnabled: true, metricName });
  const acl = new wafv2.CfnWebACL(global, "web-acl", {
    scope: "CLOUDFRONT",
    defaultAction: { allow: {} },
    visibilityConfig: visible("affiliate"),
    rules: [
      ...MANAGED.map((name, priority) => ({
        name,
        priority,
        overrideAction: { none: {} },
        statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
        visibilityConfig: visible(name),
      })),
      {
        name: "rate",
        priority: MANAGED.length,
        action: { block: {} },
        statement: { rateBasedStatement: { limit: 2000, aggregateKeyType: "IP" } },
        visibilityConfig: visible("rate"),
      },
    ],
  });
  const aclLogs = new logs.LogGroup(global, "web-acl-logs", { logGroupName: "aws-waf-logs-affiliate-production" });
  new wafv2.CfnLoggingConfiguration(global, "web-acl-logging", {
    resourceArn: acl.attrArn,
    logDestinationConfigs: [aclLogs.logGroupArn],
  });
  const globalZone = route53.HostedZone.fromHostedZoneAttributes(global, "zone", {
    hostedZoneId: zone.hostedZoneId,
    zoneName: zone.zoneName,
  });
  const certificate = new acm.Certificate(global, "certificate", {
    domainName: hostnames[0],
    subjectAlternativeNames: hostnames.slice(1),
    validation: acm.CertificateValidation.fromDns(globalZone),
  });
  const application = origins.VpcOrigin.withApplicationLoadBalancer(balancer, {
    protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
    domainName: "origin.affiliate-system.com",
  });
  const assets = origins.S3BucketOrigin.withOriginAccessControl(buckets.assets);
  const headers = new cloudfront.ResponseHeadersPolicy(stack, "headers", {
    securityHeadersBehavior: {
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: cloudfront.HeadersFrameOption.DENY, override: true },
      strictTransportSecurity: {
        accessControlMaxAge: require("aws-cdk-lib").Duration.days(365),
        includeSubdomains: true,
        override: true,
      },
    },
  });
  const store = new cloudfront.KeyValueStore(stack, "maintenance-store");
  const maintenance = new cloudfront.Function(stack, "maintenance", {
    runtime: cloudfront.FunctionRuntime.JS_2_0,
    keyValueStore: store,
    code: cloudfront.FunctionCode.fromInline("function handler(event) { return event.request; }"),
  });
  const behaviour = (origin, more) => ({
    origin,
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    responseHeadersPolicy: headers,
    functionAssociations: [{ eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: maintenance }],
    ...more,
  });
  const dynamic = behaviour(application, {
    allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
    cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
    originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER,
  });
  const fixed = behaviour(assets, { cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED });
  const distribution = new cloudfront.Distribution(stack, "distribution", {
    domainNames: hostnames,
    certificate,
    webAclId: acl.attrArn,
    priceClass: cloudfront.PriceClass.PRICE_CLASS_200,
    minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
    publishAdditionalMetrics: true,
    defaultBehavior: dynamic,
    additionalBehaviors: Object.fromEntries([
      ...["/click/*", "/r/*"].map((path) => [path, dynamic]),
      ...["/build/*", "/images/*", "/favicon.ico", "/robots.txt"].map((path) => [path, fixed]),
    ]),
    errorResponses: [502, 503, 504].map((httpStatus) => ({
      httpStatus,
      responsePagePath: "/errors/503.html",
      responseHttpStatus: 503,
    })),
  });
  for (const name of hostnames) {
    const target = route53.RecordTarget.fromAlias(new targets.CloudFrontTarget(distribution));
    new route53.ARecord(stack, `a-${name}`, { zone, recordName: name, target });
    new route53.AaaaRecord(stack, `aaaa-${name}`, { zone, recordName: name, target });
  }
  new route53.ARecord(stack, "origin", {
    zone,
    recordName: "origin",
    target: route53.RecordTarget.fromAlias(new targets.LoadBalancerTarget(balancer)),
  });
  return { distribution, acl };
};
