import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginFirstRun, clearUnwritten, endFirstRun } from "../../sandbox/cli/first-run";
import { Sandbox } from "../../sandbox/cli/sandbox";
import { Cloud } from "../../sandbox/cloud/cloud";

let home: string;
let sandbox: Sandbox;
let cloud: Cloud;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "first-run-"));
  sandbox = new Sandbox({ home });
  cloud = new Cloud(sandbox.home.cloud);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const make = (): void => {
  for (const stack of ["production", "staging"]) {
    const type = "aws:s3/bucket:Bucket";
    const urn = `urn:pulumi:${stack}::affiliate::${type}::assets`;
    const place = { account: "123456789012", region: "ap-northeast-1", type, key: stack };
    const values = { created: new Date(0).toISOString(), inputs: {}, state: {}, computed: [] };
    cloud.create({ ...place, ...values, id: stack, urn, generation: 1, names: [`bucket ${stack}`] });
  }
};
/** A first run that has made something and was killed. */
const killed = (): void => {
  beginFirstRun(sandbox, "production");
  make();
  endFirstRun(sandbox, "production");
};

const noted = (latest: object): void => {
  const file = sandbox.stateFile("production");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ version: 3, checkpoint: { stack: "production", latest } }));
};
const left = () => cloud.all().map(({ id }) => id);

describe("what a killed first run has made", () => {
  it("is taken away when no state notes it, with the names that it holds, and no other stack's", () => {
    killed();
    expect(clearUnwritten(sandbox, "production")).toBe(1);
    expect(left()).toEqual(["staging"]);
    noted({ resources: [] });
    expect(clearUnwritten(sandbox, "production")).toBe(0);
  });

  it("stays when the state notes anything: recover looks it up", () => {
    killed();
    noted({ resources: [{ urn: "urn:pulumi:production::affiliate::pulumi:pulumi:Stack::affiliate-production" }] });
    expect(clearUnwritten(sandbox, "production")).toBe(0);
    noted({ pending_operations: [{ type: "creating" }] });
    expect(clearUnwritten(sandbox, "production")).toBe(0);
    expect(left().sort()).toEqual(["production", "staging"]);
  });

  it("is told from what a destroy has left on purpose", () => {
    make();
    noted({ resources: [] });
    beginFirstRun(sandbox, "production");
    expect(clearUnwritten(sandbox, "production")).toBe(0);
    expect(left().sort()).toEqual(["production", "staging"]);
  });

  it("is nothing once a run has ended and written its state", () => {
    beginFirstRun(sandbox, "production");
    make();
    noted({ resources: [{}] });
    endFirstRun(sandbox, "production");
    noted({ resources: [] });
    expect(clearUnwritten(sandbox, "production")).toBe(0);
  });
});
