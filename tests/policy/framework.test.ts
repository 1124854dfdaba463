import { describe, expect, it } from "vitest";
import { covers, type Exemption, isExpired } from "../../policy/framework/exemptions";
import { judgePlan } from "../../policy/framework/judge";
import type { Planned } from "../../policy/framework/planned";
import { deniesPlainHttp, statementsOf } from "../../policy/framework/documents";
import { placesOf } from "../../policy/mutation/paths";
import { rules } from "../../policy/rules";
import { rdsClusterRetention } from "../../policy/rules/backup/rds-cluster-retention";
import { statefulProtected } from "../../policy/rules/backup/stateful-protected";
import { iamNoUsers } from "../../policy/rules/identity/iam-no-users";

const cluster = (props: Record<string, unknown>, protect = true): Planned => ({
  type: "aws:rds/cluster:Cluster",
  name: "database",
  urn: "urn:pulumi:production::affiliate::affiliate:data:Database$aws:rds/cluster:Cluster::database",
  props,
  protect,
  ignoreChanges: [],
  links: {},
});

const exemption: Exemption = {
  resource: "database",
  reason: "moves next week",
  owner: "platform",
  until: "2026-12-31",
};

describe("an exemption", () => {
  const judge = (now: string) =>
    judgePlan(
      [rdsClusterRetention],
      [cluster({ backupRetentionPeriod: 1 })],
      { [rdsClusterRetention.name]: { exemptions: [exemption] } },
      new Date(now),
    );

  it("lets its resource pass until its last day, and is reported", () => {
    const { violations, exempted } = judge("2026-12-31T14:59:00Z");
    expect(violations).toEqual([]);
    expect(exempted).toMatchObject([{ rule: "rds-cluster-retention", exemption }]);
  });

  it("is a violation from the day after, in Tokyo's time", () => {
    const { violations } = judge("2026-12-31T15:00:00Z");
    expect(violations).toHaveLength(1);
    expect(violations[0]?.message).toContain("its exemption ended on 2026-12-31 (moves next week; platform)");
    expect(isExpired(exemption, new Date("2026-12-31T14:59:59Z"))).toBe(false);
  });

  it("covers the resource that it names and no other", () => {
    expect(covers(exemption, "urn:pulumi:p::a::t::database")).toBe(true);
    expect(covers(exemption, "urn:pulumi:p::a::t::other-database")).toBe(false);
  });
});

describe("a message", () => {
  it("says what is wrong, what was found and wanted, how to mend it, and the controls", () => {
    const [violation] = judgePlan([rdsClusterRetention], [cluster({})]).violations;
    expect(violation?.message).toBe(
      [
        "Aurora clusters can go back to any moment of the last days. [FSBP RDS.11]",
        "  found:    backupRetentionPeriod = nothing (by default it is 1 days)",
        "  required: at least 30 days",
        "  mend:     Set affiliate:database.backupRetentionDays in the stack file (1 to 35 days).",
      ].join("\n"),
    );
  });

  it("of each rule is complete", () => {
    for (const { name, description, mend, severity } of rules) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
      expect(description).toMatch(/\.$/);
      expect(mend.length, name).toBeGreaterThan(10);
      expect(["low", "medium", "high", "critical"]).toContain(severity);
    }
  });
});

describe("rules that refuse a whole type", () => {
  it("data without Pulumi's protection", () => {
    expect(judgePlan([statefulProtected], [cluster({}, true)]).violations).toEqual([]);
    expect(judgePlan([statefulProtected], [cluster({}, false)]).violations).toHaveLength(1);
  });

  it("an IAM user, an access key", () => {
    const of = (type: string): Planned => ({ ...cluster({}), type });
    expect(judgePlan([iamNoUsers], [of("aws:iam/role:Role")]).violations).toEqual([]);
    expect(
      judgePlan([iamNoUsers], [of("aws:iam/user:User"), of("aws:iam/accessKey:AccessKey")]).violations,
    ).toHaveLength(2);
  });
});

describe("a generation that is kept beside the restored one", () => {
  const named = (name: string): Planned => ({ ...cluster({ clusterIdentifier: name }), name, urn: `urn::${name}` });
  const unwatched = (...names: string[]) =>
    judgePlan(
      rules.filter(({ name }) => name === "alarm-coverage"),
      names.map(named),
    ).violations.map(({ urn }) => urn);

  it("needs no alarm of its own, and the one in use does, by whatever name it has", () => {
    expect(unwatched("database", "database-g1", "database-g2")).toEqual(["urn::database-g2"]);
    expect(unwatched("database", "reports-g1")).toEqual(["urn::database", "urn::reports-g1"]);
  });
});

describe("a value that a rule cannot make sense of", () => {
  it("is a violation that says so, not a crash", () => {
    const broken = { ...cluster({ policy: "no JSON" }), type: "aws:s3/bucketPolicy:BucketPolicy" };
    const { violations } = judgePlan(
      rules.filter(({ name }) => name === "bucket-policy-narrow"),
      [broken],
    );
    expect(violations[0]?.message).toContain("what the rule can judge");
  });
});

describe("policy documents", () => {
  it("are read whatever way they were written", () => {
    const one = { Effect: "Allow", Principal: { AWS: ["a", "b"] }, Action: "s3:GetObject", Resource: ["x"] };
    expect(statementsOf(JSON.stringify({ Statement: one }))).toEqual(statementsOf({ Statement: [one] }));
    expect(statementsOf({ Statement: one })[0]).toMatchObject({ principals: ["a", "b"], actions: ["s3:GetObject"] });
  });

  it("deny plain http only when they deny all of it, to everyone, on bucket and objects", () => {
    const deny = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    };
    const policy = (statement: object): string => JSON.stringify({ Statement: [statement] });
    expect(deniesPlainHttp(policy(deny))).toBe(true);
    expect(deniesPlainHttp(policy({ ...deny, Effect: "Allow" }))).toBe(false);
    expect(deniesPlainHttp(policy({ ...deny, Action: "s3:GetObject" }))).toBe(false);
    expect(deniesPlainHttp(policy({ ...deny, Resource: "arn:aws:s3:::b/*" }))).toBe(false);
    expect(deniesPlainHttp(policy({ ...deny, Condition: {} }))).toBe(false);
  });
});

describe("the mutation run's paths", () => {
  const props = {
    a: { b: 1 },
    list: [
      { name: "x", value: "1" },
      { name: "y", value: "2" },
    ],
    json: '[{"c":true}]',
  };

  it("lead to what they name, through lists, names and JSON texts", () => {
    const values = (path: string): unknown[] => placesOf(props, path).map(({ value }) => value);
    expect(values("a.b")).toEqual([1]);
    expect(values("list[].value")).toEqual(["1", "2"]);
    expect(values("list[1].value")).toEqual(["2"]);
    expect(values("list[y]")).toEqual([{ name: "y", value: "2" }]);
    expect(values("json[].c")).toEqual([true]);
    expect(values("absent")).toEqual([undefined]);
    expect(values("a.absent.deep")).toEqual([]);
  });

  it("change that and nothing else", () => {
    expect(placesOf(props, "a.b")[0]?.with(2)).toEqual({ ...props, a: { b: 2 } });
    expect(placesOf(props, "a.b")[0]?.with(undefined)).toEqual({ ...props, a: {} });
    expect(placesOf(props, "list[y]")[0]?.with(undefined)).toEqual({ ...props, list: [props.list[0]] });
    expect(placesOf(props, "json[].c")[0]?.with(false)).toEqual({ ...props, json: '[{"c":false}]' });
  });
});
