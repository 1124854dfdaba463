import { beforeAll, describe, expect, it } from "vitest";
import { asPulumiConfig, configOf, settingsOfStack, stackFileText } from "../../config/stack-files";
import { record, type Recording } from "../../support/mocks";
import { ALARM } from "./platform";

/** The whole program with staging's file, its block on Datadog taken out. */
let recording: Recording<unknown>;

beforeAll(async () => {
  const { region, accountId } = settingsOfStack("staging");
  const kept = Object.entries(configOf(stackFileText("staging"))).filter(([key]) => !/datadog/.test(key));
  const config = asPulumiConfig(Object.fromEntries(kept));
  recording = await record(() => import("../../../index"), {
    stack: "staging",
    region,
    accountId,
    config,
    whole: true,
  });
}, 240_000);

describe("a stack without Datadog", () => {
  it("has none of its resources, so that no key of it is needed", () => {
    expect(recording.resources.length).toBeGreaterThan(300);
    const types = recording.resources.map(({ type }) => type);
    expect(types.filter((type) => /^datadog:|:Datadog$|DatabaseAgent/.test(type))).toEqual([]);
  });

  it("has no agent in any task, and tells no application of one", () => {
    for (const { name, inputs } of recording.ofType("aws:ecs/taskDefinition:TaskDefinition"))
      expect(String(inputs.containerDefinitions), name).not.toMatch(/datadog|DD_/i);
  });

  it("tags no cluster for it, and waits for no agent", () => {
    expect(JSON.stringify(recording.one("aws:rds/cluster:Cluster").inputs.tags ?? {})).not.toContain("datadog");
    expect(recording.ofType(ALARM).filter(({ name }) => name.includes("agent"))).toEqual([]);
  });
});
