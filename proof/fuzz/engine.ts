import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { Sandbox } from "../../sandbox/cli/sandbox";
import { regionFacts } from "../../sandbox/providers/aws/zones";
import { nameOf } from "../../sandbox/providers/urn";
import type { Environment } from "../../config/stack";
import { unclear } from "./judge";
import type { StackConfig } from "./valid";

/**
 * What is wrong with what the real engine, with the policy pack, says to a stack file.
 * @param folder of its stacks; the next file finds them there, and they stay empty
 */
export async function faultsInEngine(
  folder: string,
  environment: Environment,
  config: StackConfig,
  expected: "plan" | "refusal",
): Promise<string[]> {
  const stackFiles = path.join(folder, "stack-files");
  mkdirSync(stackFiles, { recursive: true });
  writeFileSync(
    path.join(stackFiles, `Pulumi.${environment}.yaml`),
    // As the CLI reads it: 3._7 is a number there.
    stringify({ config: expected === "plan" ? simulated(config) : config }, { version: "1.1" }),
  );
  const sandbox = new Sandbox({ home: path.join(folder, "home"), stackFiles, output: "capture" });
  const { exitCode, events, stdout, stderr } = await sandbox.update("preview", environment);
  const printed = stdout + stderr;
  const made = existsSync(path.join(sandbox.home.cloud, "resources"));
  const urns = events.steps.map(({ urn }) => urn);
  if (expected === "refusal") {
    const begun = events.steps.filter(({ type }) => type !== "pulumi:pulumi:Stack");
    return [
      ...(exitCode === 0 ? ["accepted"] : unclear(messageIn(printed))),
      ...[...begun.map(({ urn }) => `begun: ${urn}`), ...(made ? ["something was made"] : [])],
    ];
  }
  return [
    ...(exitCode === 0 ? [] : [`refused:\n${printed.slice(-6000)}`]),
    ...(urns.length > 300 ? [] : [`only ${urns.length} resources were planned`]),
    ...urns.filter((urn, index) => urns.indexOf(urn) !== index).map((urn) => `twice: ${nameOf(urn)}`),
    ...(made ? ["something was made"] : []),
  ];
}

/** With the zones that the simulated account sees: another one in Tokyo may see another three. */
function simulated(config: StackConfig): StackConfig {
  const network = config["affiliate:network"] as Readonly<Record<string, unknown>>;
  const zones = Object.entries(regionFacts(String(config["aws:region"])).zones).map(([name, id]) => ({ name, id }));
  return { ...config, "affiliate:network": { ...network, zones } };
}

/** The program's own lines where the engine repeats them at its end, without its indentation. */
function messageIn(printed: string): string {
  const lines = printed.split("\n");
  const first = lines.findLastIndex((line) => /Pulumi\.\w+\.yaml has \d+ fault/.test(line));
  const indent = /^ */.exec(lines[first + 2] ?? "")?.[0].length ?? 0;
  return lines
    .slice(Math.max(first, 0))
    .map((line) => (line.startsWith(" ".repeat(indent)) ? `  ${line.slice(indent)}` : line))
    .join("\n");
}
