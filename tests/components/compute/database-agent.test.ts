import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { ContainerDefinition } from "../../../components/compute/container-definition";
import { DatabaseAgent, mysqlCheck } from "../../../components/compute/database-agent";
import { rdsCertificates } from "../../../components/compute/rds-certificates";
import { Secrets } from "../../../components/foundation/secrets";
import { secretsReadBy } from "../../../config/secrets";
import { record } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { CLUSTER_ARN, KEY_ARN, statements, SUBNETS } from "./support";

const IMAGE = `public.ecr.aws/datadog/agent@sha256:${"b".repeat(64)}`;
const make = () => {
  const stack = testStack();
  return new DatabaseAgent("database-agent", {
    stack,
    settings: { image: IMAGE, site: "ap1.datadoghq.com" },
    cpuArchitecture: "ARM64",
    clusterName: "affiliate-production",
    clusterArn: CLUSTER_ARN,
    subnetIds: SUBNETS,
    securityGroupId: "sg-database-agent",
    secrets: new Secrets("secrets", { stack, keyArn: KEY_ARN, copyKeyArn: KEY_ARN }),
    logKeyArn: KEY_ARN,
    logRetentionDays: 90,
  });
};

async function made() {
  const recording = await record(make);
  const definition = recording.one("aws:ecs/taskDefinition:TaskDefinition");
  const [container, ...others] = JSON.parse(String(definition.inputs.containerDefinitions)) as ContainerDefinition[];
  if (container === undefined) throw new Error("no container");
  const variables = Object.fromEntries(container.environment.map(({ name, value }) => [name, value]));
  return { recording, definition, container, others, variables };
}

describe("DatabaseAgent", () => {
  it("is one task of one container, never two at a time, and holds up no update", async () => {
    const { recording, container, others, definition } = await made();
    expect(others).toEqual([]);
    expect(container).toMatchObject({ image: IMAGE, essential: true, readonlyRootFilesystem: true, user: "100:0" });
    expect(container.memory).toBe(Number(definition.inputs.memory));
    expect(recording.one("aws:ecs/service:Service").inputs).toMatchObject({
      name: "affiliate-production-database-agent",
      desiredCount: 1,
      deploymentMinimumHealthyPercent: 0,
      deploymentMaximumPercent: 100,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      waitForSteadyState: false,
      networkConfiguration: { assignPublicIp: false, securityGroups: ["sg-database-agent"] },
      tags: { Singleton: "true" },
    });
    expect(recording.one("aws:ecs/service:Service").options.ignoreChanges).toEqual([]);
  });

  it("asks each instance at its own endpoint, over TLS that knows who answers", async () => {
    const { variables } = await made();
    const check = parse(variables.MYSQL_CHECK ?? "") as { ad_identifiers: string[]; instances: object[] };
    expect(check.ad_identifiers).toEqual(["_dbm_mysql_aurora"]);
    expect(check.instances).toEqual([
      {
        host: "%%host%%",
        port: "%%port%%",
        username: "%%env_DATABASE_USERNAME%%",
        password: "%%env_DATABASE_PASSWORD%%",
        ssl: { ca: "/tmp/datadog/rds-ca.pem", check_hostname: true },
        dbm: "%%extra_dbm%%",
        aws: { instance_endpoint: "%%host%%", region: "%%extra_region%%" },
        tags: ["env:production", "dbclusteridentifier:%%extra_dbclusteridentifier%%", "instance_endpoint:%%host%%"],
      },
    ]);
    expect(variables.DD_CONFD_PATH).toBe("/tmp/datadog/conf.d");
    expect(variables.DD_DATABASE_MONITORING_AUTODISCOVERY_AURORA_ENABLED).toBe("true");
    expect(variables.DD_DATABASE_MONITORING_AUTODISCOVERY_AURORA_REGION).toBe("ap-northeast-1");
  });

  it("writes both files before the agent starts", async () => {
    const { container } = await made();
    const [script = ""] = container.command ?? [];
    for (const line of ["/tmp/datadog/conf.d/mysql.d/conf.yaml", "/tmp/datadog/rds-ca.pem"]) {
      expect(script.indexOf(`> ${line}`), line).toBeGreaterThan(0);
      expect(script.indexOf(`> ${line}`), line).toBeLessThan(script.indexOf("agent run"));
    }
    expect(script).not.toContain("trace-agent");
  });

  it("carries on its points the tags that its metrics promise", async () => {
    const { recording } = await made();
    const { instances } = parse(mysqlCheck({ environment: "production" })) as { instances: { tags: string[] }[] };
    const sent = (instances[0]?.tags ?? []).map((tag) => tag.slice(0, tag.indexOf(":")));
    for (const { name, tags } of Object.values(recording.result.datadogMetrics)) {
      expect([...tags].sort(), name).toEqual([...sent].sort());
    }
  });

  it("may list clusters and instances, and reads just its own secrets", async () => {
    const { recording, container } = await made();
    const of = (role: string) =>
      statements(recording.one("aws:iam/rolePolicy:RolePolicy", `database-agent-${role}`).inputs.policy);
    expect(of("task")).toEqual({
      Clusters: expect.objectContaining({
        Action: "rds:DescribeDBClusters",
        Resource: "arn:aws:rds:ap-northeast-1:123456789012:cluster:*",
      }) as unknown,
      Instances: expect.objectContaining({
        Action: "rds:DescribeDBInstances",
        Resource: "arn:aws:rds:ap-northeast-1:123456789012:db:*",
      }) as unknown,
    });
    const { SecretsRead, ...others } = of("execution");
    expect(Object.keys(others).sort()).toEqual(["Logs", "SecretsDecrypt"]);
    const readable = [SecretsRead?.Resource ?? []].flat();
    expect(readable).toHaveLength(secretsReadBy("agent").length);
    const given = container.secrets ?? [];
    expect(given.map(({ name }) => name)).toEqual(["DATABASE_PASSWORD", "DATABASE_USERNAME", "DD_API_KEY"]);
    for (const { valueFrom } of given) expect(readable).toContain(valueFrom.replace(/:\w+::$/, ""));
  });

  it("is within what ECS takes of a task definition", async () => {
    const { definition } = await made();
    // Source: ECS service quotas, "Task definition size limit".
    expect(Buffer.byteLength(String(definition.inputs.containerDefinitions))).toBeLessThan(64 * 1024);
  });
});

describe("RDS's certificate authorities", () => {
  it.each(["ap-northeast-1", "ap-northeast-3", "us-east-1"])(
    "of %s are those of that region, in force for years",
    (region) => {
      const found = rdsCertificates(region).match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
      const certificates = found.map((pem) => new X509Certificate(pem));
      expect(certificates.length).toBeGreaterThanOrEqual(3);
      for (const { subject, ca, validTo } of certificates) {
        expect(subject).toContain(`CN=Amazon RDS ${region} Root CA`);
        expect(ca).toBe(true);
        expect(Date.parse(validTo)).toBeGreaterThan(Date.parse("2060-01-01"));
      }
      // The one that the instances have.
      expect(certificates.some(({ subject }) => subject.includes("Root CA RSA2048 G1"))).toBe(true);
    },
  );

  it("are asked for of a region that has none: an error, not a check that believes anybody", () => {
    expect(() => rdsCertificates("mars-north-1")).toThrow("no certificate authority of RDS in mars-north-1");
  });
});
