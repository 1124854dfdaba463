import { describe, expect, it } from "vitest";
import { HEARTBEAT_MINUTES } from "../../../components/monitoring/heartbeat";
import { heard, slackChannels } from "../../../components/monitoring/slack";
import type { Recorded } from "../../support/mocks";
import { statement, statementsOf } from "../../support/policies";
import { ALARM, platform, queriesOf } from "./platform";

const TOPIC = "aws:sns/topic:Topic";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const FUNCTION = "aws:lambda/function:Function";
const SLACK = "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration";
const subjects = ["critical", "warning", "info", "heartbeat"];
const regions = { home: "ap-northeast-1", global: "us-east-1" } as const;
const places = ["home", "global"] as const;
const arnOf = (region: string, subject: string) => `arn:aws:sns:${region}:123456789012:affiliate-production-${subject}`;
const recording = async (stack: "production" | "staging" = "production") => (await platform(stack)).recording;

describe("topics", () => {
  it("are there for each severity and the heartbeat, in both regions", async () => {
    const topics = (await recording())
      .ofType(TOPIC)
      .map(({ inputs: { name, region } }) => `${String(region)} ${String(name)}`);
    expect(topics.sort()).toEqual(
      Object.values(regions)
        .flatMap((region) => subjects.map((subject) => `${region} affiliate-production-${subject}`))
        .sort(),
    );
  });

  it("are encrypted with the key of their region that CloudWatch may use", async () => {
    const all = await recording();
    for (const place of places) {
      const key = all.one("aws:kms/key:Key", place === "home" ? "keys-notifications" : "keys-notifications-global");
      expect(key.inputs.region).toBe(regions[place]);
      for (const subject of subjects) {
        const topic = all.one(TOPIC, `monitoring-paging-${place}-${subject}`);
        expect(topic.options.dependencies).toContain(key.urn);
        expect(topic.inputs.kmsMasterKeyId).toMatch(/^arn:aws:kms:/);
        expect(topic.inputs.signatureVersion).toBe(2);
      }
    }
  });

  it("take notifications from this account's alarms of their region, from its budgets, and over TLS only", async () => {
    const all = await recording();
    for (const place of places) {
      const policy = all.one("aws:sns/topicPolicy:TopicPolicy", `monitoring-paging-${place}-critical`);
      expect(statementsOf(policy).map(({ Sid }) => Sid)).toEqual(["Alarms", "Budgets", "TlsOnly"]);
      expect(statement(policy, "Alarms")).toMatchObject({
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: arnOf(regions[place], "critical"),
        Condition: {
          ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:${regions[place]}:123456789012:alarm:*` },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      });
      expect(statement(policy, "TlsOnly")).toMatchObject({ Effect: "Deny", Principal: "*" });
    }
  });
});

describe("PagerDuty", () => {
  it("gets critical notifications by a function in each region, which gets heartbeats, too", async () => {
    const all = await recording();
    for (const place of places) {
      const pager = all.one(FUNCTION, `monitoring-paging-pager-${place}`);
      expect(pager.inputs).toMatchObject({
        name: "affiliate-production-pager",
        region: regions[place],
        runtime: "nodejs24.x",
        timeout: 30,
        environment: {
          variables: {
            ENVIRONMENT: "production",
            SECRET_ID: "affiliate/production/pager",
            HEARTBEAT_KEY: place === "home" ? "heartbeat_url" : "heartbeat_url_global",
            HEARTBEAT_TOPIC_ARN: arnOf(regions[place], "heartbeat"),
          },
        },
      });
      // A page about the network must not need it.
      expect(pager.inputs).not.toHaveProperty("vpcConfig");
      expect(pager.inputs).not.toHaveProperty("reservedConcurrentExecutions");
      for (const subject of ["critical", "heartbeat"]) {
        const name = `monitoring-paging-pager-${place}-${subject}`;
        const topic = arnOf(regions[place], subject);
        const subscription = all.one(SUBSCRIPTION, name);
        expect(subscription.inputs).toMatchObject({ topic, protocol: "lambda", region: regions[place] });
        const permission = all.one("aws:lambda/permission:Permission", name);
        expect(permission.inputs).toMatchObject({ principal: "sns.amazonaws.com", sourceArn: topic });
        expect(subscription.options.dependencies).toContain(permission.urn);
      }
    }
  });

  it("is reached with a key that is in no input of any resource: the function reads it, in its own region", async () => {
    const all = await recording();
    const resource = (place: string): Recorded =>
      all.one("aws:iam/rolePolicy:RolePolicy", `monitoring-paging-pager-${place}`);
    expect(statement(resource("home"), "SecretsRead").Resource).toContain("secret:affiliate/production/pager");
    expect(statement(resource("global"), "SecretsRead")).toMatchObject({
      Action: "secretsmanager:GetSecretValue",
      Resource: "arn:aws:secretsmanager:us-east-1:123456789012:secret:affiliate/production/pager-??????",
    });
    expect(statement(resource("global"), "SecretsDecrypt").Condition).toEqual({
      StringEquals: { "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com" },
    });
    expect(all.ofType("aws:secretsmanager/secretVersion:SecretVersion")).toEqual([]);
    expect(JSON.stringify(all.resources.map(({ inputs }) => inputs))).not.toMatch(/events\.pagerduty|routing_key/);
  });
});

describe("the heartbeat", () => {
  it("rings every ten minutes in both regions, and tells the heartbeat's topic alone", async () => {
    const all = await recording();
    for (const place of places) {
      const alarm = all.one(ALARM, `monitoring-heartbeat-${place}`);
      expect(alarm.inputs).toMatchObject({
        name: "affiliate-production-heartbeat",
        region: regions[place],
        alarmActions: [arnOf(regions[place], "heartbeat")],
        threshold: 1,
        evaluationPeriods: 1,
      });
      expect(alarm.inputs).not.toHaveProperty("okActions");
      expect(queriesOf(alarm).find(({ id }) => id === "result")?.expression).toBe(
        "IF(MINUTE(clock) - 10 * FLOOR(MINUTE(clock) / 10) < 5, 1, 0)",
      );
    }
  });

  it("changes its state once each way in its time, whatever the hour", () => {
    const rings = (minute: number) =>
      minute - HEARTBEAT_MINUTES * Math.floor(minute / HEARTBEAT_MINUTES) < HEARTBEAT_MINUTES / 2;
    const hour = Array.from({ length: 60 }, (_, minute) => rings(minute));
    const begins = hour.filter((now, minute) => now && !rings((minute + 59) % 60));
    expect(begins).toHaveLength(60 / HEARTBEAT_MINUTES);
  });
});

describe("Slack", () => {
  it("hears in each channel what is for it, from both regions", async () => {
    const all = await recording();
    expect(all.ofType(SLACK)).toHaveLength(slackChannels.length);
    for (const channel of slackChannels) {
      const { inputs } = all.one(SLACK, `monitoring-paging-slack-${channel}`);
      expect(inputs).toMatchObject({
        slackTeamId: "T0123456789",
        slackChannelId: expect.stringMatching(/^C/) as string,
      });
      expect(inputs.snsTopicArns).toEqual(
        Object.values(regions).flatMap((region) => heard[channel].map((severity) => arnOf(region, severity))),
      );
    }
    expect(heard).toMatchObject({ incidents: ["critical"], onCall: ["critical", "warning"] });
  });

  it("is where the chat service has an endpoint, and may only look", async () => {
    const all = await recording();
    for (const { inputs } of all.ofType(SLACK)) {
      expect(inputs.region).toBe("us-east-2");
      // Left out, it is AdministratorAccess.
      expect(inputs.guardrailPolicyArns).toEqual(["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"]);
    }
    const actions = statementsOf(all.one("aws:iam/rolePolicy:RolePolicy", "monitoring-paging-slack")).flatMap(
      ({ Action }) => Action,
    );
    for (const action of actions) expect(action).toMatch(/^cloudwatch:(Describe|Get|List)/);
  });
});

describe("mail", () => {
  it("goes to each address about critical alarms, from both regions", async () => {
    const mails = (await recording()).ofType(SUBSCRIPTION).filter(({ inputs }) => inputs.protocol === "email");
    expect(mails.map(({ inputs: { topic, endpoint } }) => [topic, endpoint])).toEqual(
      Object.values(regions).map((region) => [arnOf(region, "critical"), "on-call@affiliate-system.com"]),
    );
  });
});

describe("staging, which pages nobody", () => {
  it("has no pager, no heartbeat and no mail, and tells its own channels", async () => {
    const all = await recording("staging");
    expect(all.ofType(SUBSCRIPTION)).toEqual([]);
    expect(all.ofType(FUNCTION).filter(({ name }) => name.includes("pager"))).toEqual([]);
    expect(all.ofType(ALARM).filter(({ name }) => name.includes("heartbeat"))).toEqual([]);
    expect(all.ofType(SLACK)).toHaveLength(3);
    expect(all.ofType(TOPIC)).toHaveLength(8);
  });
});

describe("from outside", () => {
  it("/health is asked for by name, every ten seconds, from three regions", async () => {
    const { inputs } = (await recording()).one("aws:route53/healthCheck:HealthCheck");
    expect(inputs).toMatchObject({
      type: "HTTPS",
      fqdn: "affiliate-system.com",
      resourcePath: "/health",
      port: 443,
      requestInterval: 10,
      failureThreshold: 3,
    });
    // Source: Route 53, CreateHealthCheck: at least three regions.
    expect(inputs.regions).toHaveLength(3);
  });
});
