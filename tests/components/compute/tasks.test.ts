import { describe, expect, it } from "vitest";
import type { ContainerDefinition } from "../../../components/compute/container-definition";
import { type LaravelParty, secretsOf } from "../../../components/compute/laravel";
import { secretsReadBy } from "../../../config/secrets";
import { record, type Recorded, valueOf } from "../../support/mocks";
import { BOOTSTRAP_IMAGE, KEY_ARN, makeTasks, statements } from "./support";

const TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";
const parties: LaravelParty[] = ["web", "worker", "scheduler", "migration", "console"];
const definitions = ({ inputs }: Recorded): ContainerDefinition[] =>
  JSON.parse(String(inputs.containerDefinitions)) as ContainerDefinition[];

describe("Tasks", () => {
  it("makes five templates and three bootstraps, with roles and logs of their own", async () => {
    const recording = await record(() => makeTasks());
    const counts = recording.counts();
    delete counts["affiliate:foundation:Secrets"];
    delete counts["aws:secretsmanager/secret:Secret"];
    expect(counts).toEqual({
      "affiliate:compute:TaskTemplate": 5,
      "affiliate:compute:Tasks": 1,
      "aws:cloudwatch/logGroup:LogGroup": 5,
      "aws:cloudwatch/logMetricFilter:LogMetricFilter": 5,
      [TASK_DEFINITION]: 8,
      // Execution and task role of each, but the migration, which may do nothing in AWS.
      "aws:iam/role:Role": 9,
      "aws:iam/rolePolicy:RolePolicy": 9,
    });
  });

  it("registers templates in families that nothing runs, and destroys no revision", async () => {
    const recording = await record(() => makeTasks());
    const families = recording.ofType(TASK_DEFINITION).map(({ inputs }) => inputs.family);
    expect(families.sort()).toEqual(
      [
        ...parties.map((party) => `affiliate-production-${party}-template`),
        ...["web", "worker", "scheduler"].map((party) => `affiliate-production-${party}-bootstrap`),
      ].sort(),
    );
    for (const { inputs } of recording.ofType(TASK_DEFINITION)) {
      expect(inputs).toMatchObject({
        skipDestroy: true,
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
      });
    }
    expect(recording.one(TASK_DEFINITION, "tasks-web-template").inputs).toMatchObject({ cpu: "1024", memory: "2048" });
    const { web } = recording.result;
    expect(web.family).toBe("affiliate-production-web");
    expect(web.logGroupName).toBe("/affiliate/production/web");
  });

  it("refuses a web task too small for its two containers", async () => {
    const made = record(() => makeTasks({ web: { cpuUnits: 256, memoryMiB: 512 } }));
    await expect(made).rejects.toThrow(/web.memoryMiB of production is 512.*less than 1024 MiB/);
  });

  it("leaves the image of a template to the release: a tag that cannot exist", async () => {
    const recording = await record(() => makeTasks());
    for (const party of parties) {
      for (const { image } of definitions(recording.one(TASK_DEFINITION, `tasks-${party}-template`))) {
        expect(image).toBe("123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/affiliate-production-app:unreleased");
      }
    }
  });

  it("bootstraps each service with a container that needs no secret and no role of its own", async () => {
    const recording = await record(() => makeTasks());
    for (const [party, container] of [
      ["web", "nginx"],
      ["worker", "worker"],
      ["scheduler", "scheduler"],
    ] as const) {
      const definition = recording.one(TASK_DEFINITION, `tasks-${party}-bootstrap`);
      const [only, ...others] = definitions(definition);
      expect(others).toEqual([]);
      expect(only).toMatchObject({ name: container, image: BOOTSTRAP_IMAGE, environment: [] });
      expect(only).not.toHaveProperty("secrets");
      expect(definition.inputs).not.toHaveProperty("taskRoleArn");
      expect(await valueOf(recording.result[party].bootstrapArn)).toContain(`affiliate-production-${party}-bootstrap:`);
    }
    expect(() => recording.result.migration.bootstrapArn).toThrow(/no bootstrap/);
  });

  it.each(parties)(
    "%s: gets by reference the secrets that the table gives it, and may read no other",
    async (party) => {
      const recording = await record(() => makeTasks());
      for (const name of secretsOf(party)) expect(secretsReadBy(party)).toContain(name);

      const given = definitions(recording.one(TASK_DEFINITION, `tasks-${party}-template`)).flatMap(
        ({ secrets }) => secrets ?? [],
      );
      for (const { valueFrom } of given) {
        expect(valueFrom).toMatch(
          /^arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:affiliate\/production\/[a-z-]+-[0-9a-f]{6}:\w+::$/,
        );
      }
      const policy = statements(
        recording.one("aws:iam/rolePolicy:RolePolicy", `tasks-${party}-execution`).inputs.policy,
      );
      const readable = [policy.SecretsRead?.Resource ?? []].flat();
      expect(readable.sort()).toEqual(
        [...new Set(given.map(({ valueFrom }) => valueFrom.replace(/:\w+::$/, "")))].sort(),
      );
      expect(policy.Pull?.Resource).toBe("arn:aws:ecr:ap-northeast-1:123456789012:repository/affiliate-production-app");
      expect(policy.Logs?.Resource).toBe(
        `arn:aws:logs:ap-northeast-1:123456789012:log-group:/affiliate/production/${party}:*`,
      );
      expect(Object.keys(policy).sort()).toEqual(["Logs", "Pull", "RegistryToken", "SecretsDecrypt", "SecretsRead"]);
    },
  );

  it("the migration has its own database user, no Redis, and nothing to do in AWS", async () => {
    const recording = await record(() => makeTasks());
    expect(secretsOf("migration")).toEqual(["app-key", "database-migration"]);
    const template = recording.one(TASK_DEFINITION, "tasks-migration-template");
    expect(template.inputs).not.toHaveProperty("taskRoleArn");
    const [container] = definitions(template);
    expect(container?.environment).toContainEqual({ name: "DB_READ_HOST", value: "writer.example" });
    expect(container?.environment).toContainEqual({ name: "CACHE_STORE", value: "array" });
    expect(container?.secrets?.map(({ name }) => name)).not.toContain("REDIS_PASSWORD");
  });

  it("lets the application at one bucket, and only the console at ECS Exec's channels", async () => {
    const recording = await record(() => makeTasks());
    const policyOf = (party: string) =>
      statements(recording.one("aws:iam/rolePolicy:RolePolicy", `tasks-${party}-task`).inputs.policy);
    const bucket = "arn:aws:s3:::affiliate-production-uploads-123456789012";
    for (const party of ["web", "worker", "scheduler", "console"]) {
      const policy = policyOf(party);
      expect(policy.UploadsObjects?.Resource).toBe(`${bucket}/*`);
      expect(policy.UploadsObjects?.Action).not.toContain("s3:DeleteObjectVersion");
      expect(policy.UploadsList?.Resource).toBe(bucket);
      expect(policy.UploadsKey).toMatchObject({
        Resource: KEY_ARN,
        Condition: { StringEquals: { "kms:ViaService": "s3.ap-northeast-1.amazonaws.com" } },
      });
      const others = Object.keys(policy).filter((sid) => !sid.startsWith("Uploads"));
      expect(others).toEqual(party === "console" ? ["ExecChannels"] : []);
    }
  });

  it("trusts ECS tasks of this account only", async () => {
    const recording = await record(() => makeTasks());
    for (const { inputs } of recording.ofType("aws:iam/role:Role")) {
      const { Statement } = JSON.parse(String(inputs.assumeRolePolicy)) as { Statement: unknown[] };
      expect(Statement).toEqual([
        {
          Sid: "Assume",
          Effect: "Allow",
          Principal: { Service: "ecs-tasks.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            ArnLike: { "aws:SourceArn": "arn:aws:ecs:ap-northeast-1:123456789012:*" },
            StringEquals: { "aws:SourceAccount": "123456789012" },
          },
        },
      ]);
    }
  });

  it("encrypts and expires logs, and counts the errors in them from zero", async () => {
    const recording = await record(() => makeTasks());
    for (const { inputs } of recording.ofType("aws:cloudwatch/logGroup:LogGroup")) {
      expect(inputs).toMatchObject({ kmsKeyId: KEY_ARN, retentionInDays: 90 });
    }
    const { worker } = recording.result;
    expect(worker.metrics.errors).toEqual({
      namespace: "Affiliate/Logs",
      metricName: "production-worker-errors",
      dimensions: {},
      unit: "Count",
    });
    expect(recording.one("aws:cloudwatch/logMetricFilter:LogMetricFilter", "tasks-worker-errors").inputs).toMatchObject(
      {
        logGroupName: "/affiliate/production/worker",
        pattern: "{ $.level >= 400 }",
        metricTransformation: {
          namespace: "Affiliate/Logs",
          name: "production-worker-errors",
          value: "1",
          defaultValue: "0",
        },
      },
    );
  });
});
