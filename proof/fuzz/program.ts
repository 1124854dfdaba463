import { createRequire } from "node:module";
import { join } from "node:path";
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

// As program.cjs sets it: a stack trace for each property of each resource is most of a run's time.
Error.stackTraceLimit = 4;

/** The whole program under mocks, with a stack file. */
export async function runProgram(stack: string, config: StackConfig, preview: boolean): Promise<Run> {
  const bundle = precompiled(join(ROOT, "index.ts"));
  const { "aws:region": region = "ap-northeast-1", "affiliate:accountId": accountId = "123456789012" } = config;
  let error: unknown;
  const { resources } = await record(
    () => {
      try {
        // Each run is a program of its own; the SDK stays.
        delete load.cache[bundle];
        load(bundle);
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
