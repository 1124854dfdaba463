import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { parseDocument } from "yaml";
import { captured, copyOfLanded, scratch } from "../support/landed";

export const ROOT = join(__dirname, "..", "..");

/** Stack files in which one stack's setting is another. */
export function stackFilesWith(
  name: string,
  stack: string,
  path: readonly (string | number)[],
  value: unknown,
): string {
  const folder = scratch(name);
  mkdirSync(folder, { recursive: true });
  for (const each of ["production", "staging", "recovery"]) {
    const document = parseDocument(readFileSync(join(ROOT, `Pulumi.${each}.yaml`), "utf8"));
    if (each === stack) document.setIn(["config", ...path], value);
    writeFileSync(join(folder, `Pulumi.${each}.yaml`), document.toString());
  }
  return folder;
}

/** What the plan of a stack that stands shows once a setting is another: "update database-1", sorted. */
export async function changesOf(
  name: string,
  stack: string,
  path: readonly (string | number)[],
  value: unknown,
): Promise<string[]> {
  const stackFiles = stackFilesWith(`${name}-files`, stack, path, value);
  const home = await copyOfLanded(`${name}-home`);
  const { exitCode, events, stdout } = await captured(home, { stackFiles }).update("preview", stack);
  expect(exitCode, stdout).toBe(0);
  return events.steps
    .filter(({ op }) => op !== "same")
    .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`)
    .sort();
}
