import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it, vi } from "vitest";
import { loadSettings } from "../../config";
import { computeRules } from "../../components/compute/settings-rules";
import { edgeRules } from "../../components/edge/settings-rules";
import { brokenStackFiles } from "./broken-stack-files";
import { asPulumiConfig, configOf, stackFileText } from "./stack-files";

/** What the engine gives the program: the configuration, and the stack's name. */
function load(stack: string, config: Record<string, unknown>, secretKeys: string[] = []): unknown {
  vi.stubEnv("PULUMI_CONFIG_SECRET_KEYS", JSON.stringify(secretKeys));
  pulumi.runtime.setAllConfig(asPulumiConfig(config));
  vi.spyOn(pulumi, "getStack").mockReturnValue(stack);
  try {
    return loadSettings([computeRules, edgeRules]);
  } catch (error) {
    return error;
  }
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("a stack file with one thing wrong", () => {
  const files = brokenStackFiles();

  it("comes in more than the promised variety", () => expect(files.length).toBeGreaterThanOrEqual(25));

  it.each(files)("$name: one message", ({ stack, text, message }) => {
    const error = load(stack, configOf(text));
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect((error as Error).message).toBe(message);
  });

  it.each(files)("$name: says what was found, what is allowed and an example", ({ message }) => {
    for (const part of ["found", "allowed", "example"]) {
      expect(message).toMatch(new RegExp(`^ {4}${part} +\\S`, "m"));
    }
    expect(message).not.toMatch(/undefined|NaN|\[object/);
  });
});

describe("a stack file with many things wrong", () => {
  it("names all of them at once, in the order of the file", () => {
    const files = brokenStackFiles().filter(({ stack }) => stack === "production");
    const wanted = ["origin among hostnames", "zone id unknown", "windows collide", "job outlasts stop", "key unknown"];
    const config = configOf(stackFileText("production"));
    for (const name of wanted) {
      const broken = configOf(files.find((file) => file.name === name)?.text ?? "");
      for (const [key, value] of Object.entries(broken)) {
        if (JSON.stringify(value) !== JSON.stringify(configOf(stackFileText("production"))[key])) config[key] = value;
      }
    }
    const { message } = load("production", config) as Error;
    expect(message).toMatch(/^Pulumi\.production\.yaml has 5 faults;/);
    expect([...message.matchAll(/^ {2}(\S+)$/gm)].map(([, key]) => key)).toEqual([
      "affiliate:domain.originHostname",
      "affiliate:network.zones[0].id",
      "affiliate:database.maintenanceWindow",
      "affiliate:compute.worker.jobTimeoutSeconds",
      "affiliate:edge.turbo",
    ]);
  });

  it("runs the rules across fields although other fields are wrong", () => {
    const config = structuredClone(configOf(stackFileText("production")));
    Object.assign(config["affiliate:network"] as object, {
      natGateways: "Two",
      dataCidrs: ["10.0.1.0/24", "x", "10.9.0.0/24"],
    });
    const { message } = load("production", config) as Error;
    expect([...message.matchAll(/^ {2}(\S+)$/gm)].map(([, key]) => key).sort()).toEqual([
      "affiliate:network.dataCidrs[0]",
      "affiliate:network.dataCidrs[1]",
      "affiliate:network.dataCidrs[2]",
      "affiliate:network.natGateways",
    ]);
  });

  it("of an empty file names every block", () => {
    const { message } = load("production", {}) as Error;
    expect(message).toMatch(/^Pulumi\.production\.yaml has 15 faults;/);
  });
});

describe("a secret in a stack file", () => {
  it("is refused and never shown", () => {
    const config = { ...configOf(stackFileText("production")), "affiliate:edge": "canary-value" };
    const { message } = load("production", config, ["affiliate:config:edge"]) as Error;
    expect(message).toContain("has 1 fault;");
    expect(message).toContain("a stack file holds no secrets");
    expect(message).not.toContain("canary");
  });
});

describe("a plan without credentials", () => {
  const plan = (): Record<string, unknown> => ({
    ...configOf(stackFileText("production")),
    "aws:accessKey": "plan",
    "aws:secretKey": "plan",
    "aws:skipRequestingAccountId": "true",
    "aws:skipCredentialsValidation": "true",
    "datadog:validate": "false",
  });

  it("needs no list of accounts", () => {
    const config = plan();
    delete config["aws:allowedAccountIds"];
    expect(load("production", config)).toMatchObject({ accountId: "123456789012", region: "ap-northeast-1" });
  });

  it("is told that the provider would fail with one", () => {
    expect((load("production", plan()) as Error).message).toContain("aws:skipRequestingAccountId");
  });
});
