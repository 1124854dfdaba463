import { beforeAll, describe, expect, it } from "vitest";
import { WebAcl } from "../../../components/edge/web-acl";
import { webAclRules } from "../../../components/edge/web-acl-rules";
import { record, valueOf, type Recording } from "../../support/mocks";
import { testStack } from "../../support/stack";

const keyArn = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";
const make = () =>
  new WebAcl("web-acl", {
    stack: testStack(),
    rateLimit: 2000,
    countOnlyRules: ["AWSManagedRulesPHPRuleSet"],
    logKeyArn: keyArn,
    logRetentionDays: 90,
  });

describe("WebAcl", () => {
  let recording: Recording<WebAcl>;
  beforeAll(async () => {
    recording = await record(make);
  });

  it("makes exactly these resources, all of them in us-east-1", () => {
    expect(recording.counts()).toEqual({
      "affiliate:edge:DeliveryLogGroup": 1,
      "affiliate:edge:WebAcl": 1,
      "aws:cloudwatch/logGroup:LogGroup": 1,
      "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": 1,
      "aws:wafv2/webAcl:WebAcl": 1,
      "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": 1,
    });
    for (const { custom, inputs, name } of recording.resources) {
      if (custom) expect(`${name} ${String(inputs.region)}`).toBe(`${name} us-east-1`);
    }
  });

  it("stands before CloudFront with all rules of the table, and passes what none of them matches", () => {
    const { inputs } = recording.one("aws:wafv2/webAcl:WebAcl");
    expect(inputs).toMatchObject({
      name: "affiliate-production-edge",
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      visibilityConfig: { metricName: "affiliate-production-edge", cloudwatchMetricsEnabled: true },
    });
    const rules = inputs.rules as { name: string; overrideAction?: object }[];
    expect(rules.map(({ name }) => name)).toEqual(webAclRules.map(({ name }) => name));
    expect(rules.find(({ name }) => name === "AWSManagedRulesPHPRuleSet")?.overrideAction).toEqual({ count: {} });
  });

  it("keeps sessions and tokens out of logs and samples", () => {
    const headers = ["authorization", "cookie", "x-csrf-token", "x-xsrf-token"];
    expect(recording.one("aws:wafv2/webAcl:WebAcl").inputs.dataProtectionConfig).toEqual({
      dataProtections: [{ action: "SUBSTITUTION", field: { fieldType: "SINGLE_HEADER", fieldKeys: headers } }],
    });
    const { redactedFields } = recording.one("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration").inputs;
    expect(redactedFields).toEqual(headers.map((name) => ({ singleHeader: { name } })));
  });

  it("logs what it blocked or counted to an encrypted group with the name that WAF asks for", () => {
    expect(recording.one("aws:cloudwatch/logGroup:LogGroup").inputs).toEqual({
      name: "aws-waf-logs-affiliate-production",
      region: "us-east-1",
      kmsKeyId: keyArn,
      retentionInDays: 90,
    });
    const { inputs } = recording.one("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration");
    expect(inputs.logDestinationConfigs).toEqual([
      "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-affiliate-production",
    ]);
    expect(inputs.loggingFilter).toMatchObject({ defaultBehavior: "DROP", filters: [{ behavior: "KEEP" }] });
    expect(JSON.stringify(inputs.loggingFilter)).toMatch(/"BLOCK".*"COUNT"/);
  });

  it("lets only AWS's log delivery for this account write to that group, before logging is switched on", () => {
    const policy = recording.one("aws:cloudwatch/logResourcePolicy:LogResourcePolicy");
    expect(JSON.parse(String(policy.inputs.policyDocument))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "LogDelivery",
          Effect: "Allow",
          Principal: { Service: "delivery.logs.amazonaws.com" },
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-affiliate-production:log-stream:*",
          Condition: {
            ArnLike: { "aws:SourceArn": "arn:aws:logs:us-east-1:123456789012:*" },
            StringEquals: { "aws:SourceAccount": "123456789012" },
          },
        },
      ],
    });
    const logging = recording.one("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration");
    expect(logging.options.dependencies).toContain(policy.urn);
  });

  it("names metrics as WAF reports them for CloudFront: no region among the dimensions, rules of the table", () => {
    const { metrics } = recording.result;
    expect(metrics.blockedRequests).toEqual({
      namespace: "AWS/WAFV2",
      metricName: "BlockedRequests",
      dimensions: { WebACL: "affiliate-production-edge", Rule: "ALL" },
      unit: "Count",
      region: "us-east-1",
    });
    for (const { dimensions } of Object.values(metrics)) {
      expect(Object.keys(dimensions)).toEqual(["WebACL", "Rule"]);
      expect(["ALL", ...webAclRules.map(({ name }) => name)]).toContain(dimensions.Rule);
    }
  });

  it("hands out the ARN that a distribution takes", async () => {
    expect(await valueOf(recording.result.arn)).toMatch(/^arn:aws:wafv2:us-east-1:123456789012:global\/webacl\//);
  });

  it("shows its rules and policies in a preview too", async () => {
    const preview = await record(make, { preview: true });
    expect(preview.counts()).toEqual(recording.counts());
    expect(preview.one("aws:wafv2/webAcl:WebAcl").inputs.rules).toHaveLength(webAclRules.length);
    expect(preview.one("aws:cloudwatch/logResourcePolicy:LogResourcePolicy").inputs.policyDocument).toBeTypeOf(
      "string",
    );
  });
});
