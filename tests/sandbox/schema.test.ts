import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkInputs } from "../../sandbox/schema/check";
import { closest } from "../../sandbox/schema/closest";
import { documentedDefault, forcesReplacement } from "../../sandbox/schema/documentation";
import { PACKAGES } from "../../sandbox/schema/packages";
import { Schema } from "../../sandbox/schema/schema";
import { UNKNOWN, secret, type Values } from "../../sandbox/schema/values";
import { temporaryFolder } from "./support/folder";

const aws = new Schema("aws");

function faults(token: string, inputs: Values): string[] {
  const schema = aws.resource(token);
  if (schema === undefined) throw new Error(token);
  return checkInputs(schema, inputs).map(({ property, reason }) => `${property}: ${reason}`);
}

const cluster = { engine: "aurora-mysql" };

describe("what the typings say", () => {
  it("is read for every resource type of the four packages", { timeout: 120_000 }, () => {
    const counts = PACKAGES.map((name) => {
      const schema = new Schema(name);
      const types = [...schema.source.types().keys()];
      for (const token of types) expect(schema.resource(token), token).toMatchObject({ token });
      return types.length;
    });
    expect(Math.min(...counts)).toBeGreaterThan(10);
    expect(Math.max(...counts)).toBeGreaterThan(1500);
  });

  it("holds names, kinds, nesting and what is required", () => {
    const schema = aws.resource("aws:rds/cluster:Cluster");
    expect(schema?.inputs["engine"]).toEqual({ kind: "string", required: true });
    expect(schema?.inputs["vpcSecurityGroupIds"]).toEqual({ kind: { list: "string" } });
    expect(schema?.inputs["tags"]).toEqual({ kind: { map: "string" } });
    expect(schema?.inputs["restoreToPointInTime"]).toEqual({ kind: { object: "rds.ClusterRestoreToPointInTime" } });
    expect(Object.keys(schema?.objects["rds.ClusterRestoreToPointInTime"] ?? {})).toContain("restoreToTime");
    expect(schema?.outputs["endpoint"]).toEqual({ kind: "string", always: true });
    expect(schema?.secretOutputs).toEqual(["masterPassword", "masterPasswordWo"]);
  });

  it("holds enums where nothing else is admitted", () => {
    const vpc = new Schema("awsx").resource("awsx:ec2:Vpc");
    expect(vpc?.inputs["subnetStrategy"]).toEqual({ kind: { values: ["Legacy", "Auto", "AutoMerge", "Exact"] } });
  });

  it("follows a component's arguments into the other package", () => {
    const vpc = new Schema("awsx").resource("awsx:ec2:Vpc");
    expect(Object.keys(vpc?.objects["aws!ec2.VpcEndpointDnsOptions"] ?? {})).toContain("dnsRecordIpType");
  });

  it("finds types whose file is spelt otherwise than its token", () => {
    expect(aws.resource("aws:guardduty/iPSet:IPSet")).toBeDefined();
    expect(aws.resource("aws:kendra/index:Index")).toBeDefined();
  });

  it("knows no type that the package does not have, and says which was meant", () => {
    expect(aws.resource("aws:rds/cluser:Cluser")).toBeUndefined();
    expect(aws.unknownType("aws:rds/cluser:Cluser")).toMatch(/Did you mean aws:rds\/cluster:Cluster\?$/);
  });

  it("is written once, by two processes at a time, and no half file is left", { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    const program = `
      require("tsx/cjs");
      const { Schema } = require(${JSON.stringify(join(__dirname, "../../sandbox/schema/schema"))});
      const schema = new Schema("aws", ${JSON.stringify(folder)});
      for (const type of schema.source.types().keys()) if (type.startsWith("aws:ec2/")) schema.resource(type);`;
    const run = (): Promise<number | null> =>
      new Promise((resolve) => {
        spawn(process.execPath, ["-e", program], { cwd: join(__dirname, "../.."), stdio: "ignore" }).once(
          "exit",
          resolve,
        );
      });
    expect(await Promise.all([run(), run()])).toEqual([0, 0]);
    const [version = ""] = readdirSync(folder);
    const files = readdirSync(join(folder, version));
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => !file.endsWith(".json"))).toEqual([]);
    const again = new Schema("aws", folder);
    expect(again.resource("aws:ec2/vpc:Vpc")).toEqual(aws.resource("aws:ec2/vpc:Vpc"));
  });
});

describe("the check of arguments", () => {
  it("lets good ones through", () => {
    expect(faults("aws:rds/cluster:Cluster", { ...cluster, deletionProtection: true, tags: { a: "b" } })).toEqual([]);
  });

  it("refuses a misspelt one and says which was meant", () => {
    expect(faults("aws:rds/cluster:Cluster", { ...cluster, deletionProtecton: true })).toEqual([
      'deletionProtecton: unknown argument "deletionProtecton" of aws:rds/cluster:Cluster; did you mean "deletionProtection"?',
    ]);
  });

  it("lists the known ones where none is near", () => {
    expect(
      faults("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { role: "r", policyArn: "p", zzzzzzzz: 1 }),
    ).toEqual([
      'zzzzzzzz: unknown argument "zzzzzzzz" of aws:iam/rolePolicyAttachment:RolePolicyAttachment; known are policyArn, role',
    ]);
  });

  it("refuses what is missing", () => {
    expect(faults("aws:rds/cluster:Cluster", {})).toEqual([
      "engine: required argument of aws:rds/cluster:Cluster is missing: text is needed",
    ]);
  });

  it.each<[Values, string]>([
    [{ deletionProtection: "yes" }, 'deletionProtection: true or false is needed, found "yes", text'],
    [{ port: "3306" }, 'port: a number is needed, found "3306", text'],
    [{ databaseName: 7 }, "databaseName: text is needed, found 7, a number"],
    [{ vpcSecurityGroupIds: "sg-1" }, 'vpcSecurityGroupIds: a list (of text) is needed, found "sg-1", text'],
    [{ vpcSecurityGroupIds: ["sg-1", 2] }, "vpcSecurityGroupIds[1]: text is needed, found 2, a number"],
    [{ tags: { a: 1 } }, 'tags["a"]: text is needed, found 1, a number'],
    [{ tags: ["a"] }, 'tags: a map (of text) is needed, found ["a"], a list'],
  ])("refuses the wrong kind: %j", (inputs, fault) => {
    expect(faults("aws:rds/cluster:Cluster", { ...cluster, ...inputs })).toEqual([fault]);
  });

  it("looks into nested objects", () => {
    const base = { name: "web", taskDefinition: "web", loadBalancers: [{ containerName: "nginx" }] };
    expect(faults("aws:ecs/service:Service", base)).toEqual([
      "loadBalancers[0].containerPort: required argument of ServiceLoadBalancer is missing: a number is needed",
    ]);
    const controller = { ...base, loadBalancers: [], deploymentController: { typ: "ECS" } };
    expect(faults("aws:ecs/service:Service", controller)).toEqual([
      'deploymentController.typ: unknown argument "typ" of ServiceDeploymentController; did you mean "type"?',
    ]);
  });

  it("takes any of several kinds", () => {
    const role = (policy: Values | string | number): string[] =>
      faults("aws:iam/role:Role", { assumeRolePolicy: policy });
    expect(role("{}")).toEqual([]);
    expect(role({ Version: "2012-10-17", Statement: [] })).toEqual([]);
    expect(role({ Version: "2012-10-18", Statement: [] })).toEqual([
      'assumeRolePolicy.Version: "2012-10-18" is none of "2012-10-17", "2008-10-17"',
    ]);
    expect(role(7)).toHaveLength(1);
  });

  it("tolerates what is not known yet, and looks into secrets without showing them", () => {
    expect(faults("aws:rds/cluster:Cluster", { engine: UNKNOWN, port: UNKNOWN, tags: { a: UNKNOWN } })).toEqual([]);
    expect(faults("aws:rds/cluster:Cluster", { ...cluster, masterPassword: secret("canary") })).toEqual([]);
    const [fault = ""] = faults("aws:rds/cluster:Cluster", { ...cluster, port: secret("canary") });
    expect(fault).toBe("port: a number is needed, found a secret, text");
  });
});

describe("the documentation's words", () => {
  it.each([
    "Creating this resource (Forces new resource).",
    "Changing this forces a new resource to be created.",
    "Changing this value will recreate the cluster.",
    "This cannot be changed after creation.",
  ])("say that a change makes a new resource: %s", (text) => expect(forcesReplacement(text)).toBe(true));

  it.each(["Whether to force a new deployment.", "Updating does not force a new resource.", "Name of the cluster."])(
    "do not say so: %s",
    (text) => expect(forcesReplacement(text)).toBe(false),
  );

  it("give defaults", () => {
    expect(documentedDefault("Defaults to `true`.")).toBe(true);
    expect(documentedDefault('Default is `"Managed by Pulumi"`')).toBe("Managed by Pulumi");
    expect(documentedDefault("Defaults to `300`")).toBe(300);
    expect(documentedDefault("Defaults to the Region set in the provider configuration.")).toBeUndefined();
  });
});

describe("the closest name", () => {
  it("is one that may have been meant", () => {
    expect(closest("instanceClas", ["instanceClass", "identifier"])).toBe("instanceClass");
    expect(closest("xyz", ["instanceClass", "identifier"])).toBeUndefined();
  });
});
