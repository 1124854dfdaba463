import { describe, expect, it } from "vitest";
import { SecurityGroups } from "../../../components/network/security-groups";
import { traffic } from "../../../components/network/traffic";
import { parties } from "../../../config/vocabulary";
import { type Recorded, record } from "../../support/mocks";
import { testStack } from "../../support/stack";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

async function make() {
  const recording = await record(
    () =>
      new SecurityGroups("access", {
        stack: testStack(),
        vpcId: "vpc-1",
        s3PrefixListId: "pl-s3",
        cloudFrontPrefixListId: "pl-58a04531",
      }),
  );
  const ids = new Map<unknown, string>();
  for (const party of parties) {
    const id = await new Promise<string>((resolve) => recording.result.id(party).apply(resolve));
    ids.set(id, party);
  }
  return { ...recording, recording, ids };
}

/** Who is on the other side of a rule; fails when it is nobody or more than one. */
function peer({ inputs }: Recorded, ids: ReadonlyMap<unknown, string>): string {
  const sides = [inputs.referencedSecurityGroupId, inputs.prefixListId, inputs.cidrIpv4, inputs.cidrIpv6].filter(
    (side): side is string => typeof side === "string",
  );
  expect(sides).toHaveLength(1);
  const outside: Record<string, string> = { "pl-s3": "s3", "pl-58a04531": "cloudFront", "0.0.0.0/0": "internet" };
  const [side = "nobody"] = sides;
  return ids.get(side) ?? outside[side] ?? `unknown: ${side}`;
}

describe("SecurityGroups", () => {
  it("makes a group for each party and the table's rules, no more", async () => {
    const { recording } = await make();
    expect(recording.counts()).toEqual({
      "affiliate:network:SecurityGroups": 1,
      [GROUP]: 16,
      [INGRESS]: 27,
      [EGRESS]: 41,
    });
  });

  it("writes each line of the table as its rules, and no rule outside it", async () => {
    const { recording, ids } = await make();
    const line = (from: string, to: string, { inputs }: Recorded) => {
      expect(inputs.fromPort).toBe(inputs.toPort);
      return `${from} ${to} ${String(inputs.fromPort)} ${String(inputs.ipProtocol)} ${String(inputs.description)}`;
    };
    const table = (side: "from" | "to", outside: readonly string[]) =>
      traffic
        .filter((row) => !outside.includes(row[side]))
        .map(({ from, to, port, protocol, reason }) => `${from} ${to} ${port} ${protocol} ${reason}`);
    const holder = (rule: Recorded) => ids.get(rule.inputs.securityGroupId) ?? "unknown";

    const out = recording.ofType(EGRESS).map((rule) => line(holder(rule), peer(rule, ids), rule));
    const into = recording.ofType(INGRESS).map((rule) => line(peer(rule, ids), holder(rule), rule));
    expect(out.sort()).toEqual(table("from", ["cloudFront"]).sort());
    expect(into.sort()).toEqual(table("to", ["s3", "internet"]).sort());
  });

  it("lets no address range in, from the internet or anywhere", async () => {
    const { recording } = await make();
    for (const { inputs } of recording.ofType(INGRESS)) {
      expect(inputs).not.toHaveProperty("cidrIpv4");
      expect(inputs).not.toHaveProperty("cidrIpv6");
    }
  });

  it("keeps rules out of the groups themselves", async () => {
    const { recording } = await make();
    for (const { inputs } of recording.ofType(GROUP)) {
      expect(inputs).not.toHaveProperty("ingress");
      expect(inputs).not.toHaveProperty("egress");
      expect(inputs).toMatchObject({ vpcId: "vpc-1", revokeRulesOnDelete: true });
    }
  });

  it("names groups so that a replacement can stand beside the old one", async () => {
    const { recording } = await make();
    for (const { name, inputs } of recording.ofType(GROUP)) {
      const party = name.replace("access-", "");
      expect(inputs).not.toHaveProperty("name");
      expect(inputs.namePrefix).toBe(`affiliate-production-${party}-`);
      expect(inputs.tags).toEqual({ Name: `affiliate-production-${party}` });
      expect(inputs.description).toMatch(/^[A-Za-z0-9 ._:/()#,@[\]+=&;{}!$*-]{1,255}$/);
    }
  });
});
