import { beforeAll, describe, expect, it } from "vitest";
import { targetKeys, targetsText } from "../../config/targets";
import { parseTargets } from "../../operations/targets";
import { type Landed, landed, type LandedStack } from "../support/landed";

const ENGINE = 300_000;

/** What reads the stack's outputs and what reads the parameter must act on the same things. */
describe.each<LandedStack>(["production", "staging"])("the operator's targets of %s", (stack) => {
  let found: Landed;
  beforeAll(async () => {
    found = await landed(stack);
  }, ENGINE);

  const parameter = () => {
    const all = (found.state.deployment.resources ?? []).filter(({ type }) => type === "aws:ssm/parameter:Parameter");
    expect(all.map(({ inputs }) => inputs?.["name"])).toEqual([`/affiliate/${stack}/operations/targets`]);
    return all[0]?.inputs ?? {};
  };
  const outputs = () => {
    const root = (found.state.deployment.resources ?? []).find(({ type }) => type === "pulumi:pulumi:Stack");
    return (root?.outputs ?? {}) as Record<string, unknown>;
  };

  it("are the stack's outputs, word for word", () => {
    const published = JSON.parse(String(parameter()["insecureValue"])) as Record<string, unknown>;
    expect(Object.keys(published)).toEqual([...targetKeys]);
    for (const key of targetKeys) expect(published[key], key).toEqual(outputs()[key]);
  });

  it("can be read by the verbs, whole and as plain text of the standard tier", () => {
    const value = parameter()["insecureValue"];
    expect(typeof value).toBe("string");
    expect(parameter()).toMatchObject({ type: "String", tier: "Standard" });
    const targets = parseTargets(String(value), "parameter", "");
    expect(targets).toEqual(JSON.parse(String(value)));
    // Room for names that AWS makes longer than the simulated cloud does.
    expect(Buffer.byteLength(targetsText(targets))).toBeLessThan(3900);
  });

  it("hold no secret", () => {
    expect(String(parameter()["insecureValue"])).not.toMatch(/4dabf18193072939515e22adb298388d|password|hooks\.slack/i);
  });
});
