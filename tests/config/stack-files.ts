import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { settingsOf, type Settings } from "../../config";
import { report } from "../../config/faults";
import { judge } from "../../config/judge";
import { readConfig } from "../../config/read";

export const ROOT = path.resolve(__dirname, "../..");
export type StackName = "production" | "staging" | "recovery";

export function stackFileText(stack: StackName): string {
  return readFileSync(path.join(ROOT, `Pulumi.${stack}.yaml`), "utf8");
}

/** What the CLI hands to a program: scalars as texts, blocks as JSON. */
export function asPulumiConfig(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "object" && value !== null ? JSON.stringify(value) : String(value),
    ]),
  );
}

export function configOf(text: string): Record<string, unknown> {
  return (parse(text) as { config: Record<string, unknown> }).config;
}

/** A stack's settings, for tests of components: `const settings = settingsOfStack("production")`. */
export function settingsOfStack(stack: StackName): Settings {
  const { tree, faults } = readConfig(asPulumiConfig(configOf(stackFileText(stack))));
  const verdict = judge(tree, faults);
  if (verdict.faults) throw new Error(report(`Pulumi.${stack}.yaml`, verdict.faults));
  return settingsOf(verdict.stackFile);
}
