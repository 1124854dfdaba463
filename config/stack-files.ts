import { readdirSync } from "node:fs";

const STACK_FILE = /^Pulumi\.([A-Za-z0-9_.-]+)\.yaml$/;

/** The stacks that have a file in `folder`. */
export function knownStacks(folder: string): string[] {
  return readdirSync(folder)
    .flatMap((name) => STACK_FILE.exec(name)?.[1] ?? [])
    .sort();
}
