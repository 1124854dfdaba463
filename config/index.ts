import * as pulumi from "@pulumi/pulumi";
import { report } from "./faults";
import { judge, judgeBy, type Judged, type Verdict } from "./judge";
import { readConfig } from "./read";
import type { RuleSet } from "./rules/rule";
import type { Settings, StackFile } from "./settings";

export { arn } from "./arn";
export type { NameKind, Namer } from "./naming";
export type { Rule, RuleSet } from "./rules/rule";
export type { Settings } from "./settings";
export { createStackFacts, GLOBAL_REGION, PROJECT, type Environment, type StackFacts } from "./stack";

/**
 * The stack file, read once and whole. Every fault of it is in the one error, which has no stack trace: it is the file
 * that is wrong, not the program.
 * @param more Rules of layers that know more about a block than config does; they report in the same error.
 */
export function loadSettings(more: readonly RuleSet[] = []): Settings {
  const { tree, faults } = readConfig(pulumi.runtime.allConfig(), secretKeys());
  return settingsOf(accepted(judge(tree, faults, more)));
}

/** The same of another program's stack file, which says `affiliate:…` as well. @param folder Where the file is. */
export function loadFile<File extends object>(judged: Judged<File>, folder: string): File {
  const { tree, faults } = readConfig(pulumi.runtime.allConfig(), secretKeys());
  return accepted(judgeBy(judged, tree, faults), `${folder}/`);
}

function accepted<File>(verdict: Verdict<File>, folder = ""): File {
  if (!verdict.faults) return verdict.stackFile;
  throw new pulumi.RunError(report(`${folder}Pulumi.${pulumi.getStack()}.yaml`, verdict.faults));
}

export function settingsOf({ aws, ...settings }: StackFile): Settings {
  return { ...settings, region: aws.region };
}

/** The language host's list of `secure:` keys; the SDK has a reader for it, but keeps that to itself. */
function secretKeys(): string[] {
  const list: unknown = JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] || "[]");
  const keys = Array.isArray(list) ? list.filter((key): key is string => typeof key === "string") : [];
  return keys.map((key) => key.replace(":config:", ":"));
}
