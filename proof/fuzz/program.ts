import Module, { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import type { Planned } from "../../policy/framework/planned";
import { record, type Recorded } from "../../tests/support/mocks";
import { asTexts, type StackConfig } from "./valid";

const ROOT = join(__dirname, "..", "..");
const load = createRequire(join(ROOT, "program.cjs"));
const { precompiled } = load("./toolchain/precompile.cjs") as { precompiled: (entry: string) => string };

export interface Run {
  readonly resources: readonly Recorded[];
  /** What the program threw, if it did. */
  readonly error: unknown;
}

type Program = (exports: object, require: NodeJS.Require, module: object, file: string, folder: string) => void;

/** Compiled once: each run is a program of its own all the same, and the SDK stays. */
const program = (() => {
  let made: (() => void) | undefined;
  return (): (() => void) => {
    if (made !== undefined) return made;
    const file = precompiled(join(ROOT, "index.ts"));
    const script = new Script(Module.wrap(readFileSync(file, "utf8")), { filename: file });
    const run = script.runInThisContext() as Program;
    made = () => {
      const module = { exports: {} };
      run(module.exports, createRequire(file), module, file, dirname(file));
    };
    return made;
  };
})();

/** The whole program under mocks, with a stack file. */
export async function runProgram(stack: string, config: StackConfig, preview: boolean): Promise<Run> {
  const { "aws:region": region = "ap-northeast-1", "affiliate:accountId": accountId = "123456789012" } = config;
  let error: unknown;
  const { resources } = await record(
    () => {
      try {
        program()();
      } catch (thrown) {
        error = thrown;
      }
    },
    { stack, preview, region: String(region), accountId: String(accountId), config: asTexts(config), whole: true },
  );
  return { resources, error };
}

/** @param defaultTags What the provider adds to the tags of what takes any. */
export function plannedOf(resources: readonly Recorded[], defaultTags: Readonly<Record<string, string>>): Planned[] {
  return resources
    .filter(({ custom }) => custom)
    .map(({ type, name, urn, inputs, options, links }) => ({
      type,
      name,
      urn,
      props:
        inputs["tags"] === undefined ? inputs : { ...inputs, tags: { ...defaultTags, ...(inputs["tags"] as object) } },
      protect: options.protect,
      ignoreChanges: options.ignoreChanges,
      links,
    }));
}

export function defaultTagsOf(config: StackConfig): Readonly<Record<string, string>> {
  return (config["aws:defaultTags"] as { readonly tags?: Record<string, string> } | undefined)?.tags ?? {};
}

/** A fault of the stack file, told without a stack. */
export const isClear = (error: unknown): error is Error => pulumi.RunError.isInstance(error);
