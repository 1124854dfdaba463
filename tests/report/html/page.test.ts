// The page as text: what never may be in it, and what it says of runs that went otherwise.
import { beforeAll, describe, expect, it } from "vitest";
import type { EngineEvent } from "../../../report/engine-events";
import { type Assets, loadAssets } from "../../../report/html/assets";
import { renderPage, SECTIONS } from "../../../report/html/page";
import { graphOf, type Made, urnOf } from "./world";

const SECRET = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: '"hunter2-canary"',
  ciphertext: "v1:cipher-canary",
};
const CLUSTER = "aws:rds/cluster:Cluster";

let assets: Assets;
beforeAll(async () => {
  assets = await loadAssets();
});

function render(events: readonly EngineEvent[], ...made: readonly Made[]): Promise<string> {
  return renderPage({ stack: "test", cloud: "aws", events, graph: graphOf(...made), at: new Date(0) }, assets);
}

const ended: EngineEvent = {
  timestamp: 1,
  summaryEvent: { durationSeconds: 1, resourceChanges: { same: 1 }, isPreview: true },
};

describe("the page", () => {
  it("holds no secret, whoever has exported the state with its secrets shown", async () => {
    const inputs = { masterPassword: SECRET, engineVersion: SECRET, description: SECRET };
    const cluster: Made = { name: "database", type: CLUSTER, inputs, outputs: inputs };
    const urn = urnOf(CLUSTER, "database");
    const changed: EngineEvent = {
      timestamp: 0,
      resourcePreEvent: {
        metadata: {
          op: "update",
          urn,
          type: CLUSTER,
          old: { inputs, outputs: inputs },
          new: { inputs: { ...inputs, masterPassword: { ...SECRET, plaintext: '"other-canary"' } } },
          detailedDiff: { masterPassword: { diffKind: "update" } },
        },
      },
    };
    const page = await render([changed, ended], cluster, {
      name: "rule",
      type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      inputs,
    });
    expect(page).toContain("masterPassword");
    expect(page).toContain("[secret]");
    expect(page).not.toMatch(/canary|4dabf18193072939515e22adb298388d/);
  });

  it("holds its place when everything is unknown, or nothing is there", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const all = await render(
      [ended],
      { name: "vpc", type: "aws:ec2/vpc:Vpc", inputs: { cidrBlock: unknown } },
      { name: "s", type: "aws:ec2/subnet:Subnet", inputs: { availabilityZone: unknown, cidrBlock: unknown } },
    );
    expect(all).not.toContain(unknown);
    for (const page of [all, await render([ended])])
      for (const id of SECTIONS) expect(page).toContain(`<section id="${id}"`);
  });

  it("says that a run failed, that a policy refused it, that none judged", async () => {
    const said = await render([
      { timestamp: 0, preludeEvent: {} },
      { timestamp: 0, diagnosticEvent: { severity: "error", message: "no <such> key" } },
      {
        timestamp: 0,
        policyEvent: {
          policyName: "rds-final-snapshot",
          enforcementLevel: "mandatory",
          message: "it has none",
          resourceUrn: urnOf(CLUSTER, "database"),
        },
      },
      { timestamp: 0, policyAnalyzeSummaryEvent: { failed: ["rds-final-snapshot"] } },
    ]);
    expect(said).toContain("no &lt;such&gt; key");
    expect(said).toContain("The run failed");
    expect(said).toMatch(/1 violations: the update is refused/);
    expect(await render([ended])).toContain("No policy pack judged this run");
  });

  it("allows its own script and style, and nothing else", async () => {
    const page = await render([ended]);
    const [, policy = ""] = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(page) ?? [];
    expect(policy.replaceAll("&#39;", "'")).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'sha256-[\w+/=]+'; img-src data:; base-uri 'none'; form-action 'none'$/,
    );
    expect(page).not.toMatch(/\son[a-z]+=|\sstyle="/);
  });
});
