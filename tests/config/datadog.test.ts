import { describe, expect, it } from "vitest";
import { AGENT_MEMORY_MIB, LEAST_MEMORY_BESIDE_AGENT_MIB } from "../../config/agent";
import { judge } from "../../config/judge";
import { readConfig } from "../../config/read";
import { asPulumiConfig, configOf, settingsOfStack, stackFileText, type StackName } from "./stack-files";

const stacks: StackName[] = ["production", "staging"];

/** The verdict on a stack file in which some keys are others; `undefined` takes one out. */
function verdictOn(stack: StackName, changes: Readonly<Record<string, unknown>>) {
  const config = Object.entries({ ...configOf(stackFileText(stack)), ...changes });
  const { tree, faults } = readConfig(
    asPulumiConfig(Object.fromEntries(config.filter(([, value]) => value !== undefined))),
  );
  return judge(tree, faults);
}

describe.each(stacks)("Datadog in Pulumi.%s.yaml", (stack) => {
  it("is where its provider looks: without the address it would look in the United States", () => {
    expect(configOf(stackFileText(stack))["datadog:apiUrl"]).toBe(
      `https://api.${settingsOfStack(stack).datadog?.site}/`,
    );
  });

  it("has no key in the file, under any name", () => {
    const keys = Object.keys(configOf(stackFileText(stack))).filter((key) => key.startsWith("datadog:"));
    expect(keys).toEqual(["datadog:apiUrl"]);
  });

  it("leaves each service the memory it needs", () => {
    const { compute } = settingsOfStack(stack);
    for (const party of ["web", "worker", "scheduler"] as const) {
      const rest = compute[party].memoryMiB - AGENT_MEMORY_MIB;
      expect(rest, party).toBeGreaterThanOrEqual(LEAST_MEMORY_BESIDE_AGENT_MIB[party]);
    }
  });

  it("can be left out, and then asks for no memory and no address", () => {
    const verdict = verdictOn(stack, { "affiliate:datadog": undefined, "datadog:apiUrl": undefined });
    expect(verdict.faults).toBeUndefined();
    expect("stackFile" in verdict && verdict.stackFile.datadog).toBeUndefined();
  });

  it("may come without the address: a plan without credentials has none", () => {
    expect(verdictOn(stack, { "datadog:apiUrl": undefined }).faults).toBeUndefined();
    expect(verdictOn(stack, { "datadog:apiUrl": "https://api.ap1.datadoghq.com" }).faults).toBeUndefined();
  });
});

it("staging runs production's agent", () => {
  expect(settingsOfStack("staging").datadog?.agentImage).toBe(settingsOfStack("production").datadog?.agentImage);
});
