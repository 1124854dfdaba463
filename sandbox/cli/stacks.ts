import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { knownStacks } from "../../config/stack-files";
import { writeWhole } from "./files";

export interface StackFile {
  config?: Record<string, unknown>;
  secretsprovider?: string;
  encryptedkey?: string;
  encryptionsalt?: string;
}

/** Reads a stack file. It is never written: `stack init` on a file backend would, so the CLI is given a copy. */
export function readStackFile(folder: string, stack: string): StackFile {
  const known = knownStacks(folder);
  if (!known.includes(stack)) {
    const names = known.length > 0 ? known.join(", ") : "none";
    throw new Error(
      `There is no stack "${stack}": ${path.join(folder, `Pulumi.${stack}.yaml`)} does not exist. Stacks here: ${names}.`,
    );
  }
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  const content: unknown = parse(readFileSync(file, "utf8"));
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new Error(`${file} is not a stack file: a mapping with \`config:\` is expected.`);
  }
  const found = encryptedKeys((content as StackFile).config, "config");
  if (found.length > 0) {
    throw new Error(
      `${file} holds encrypted values (\`secure:\`) at ${found.join(", ")}, which only the holder of its key can read. ` +
        "Secret values belong in Secrets Manager (npm run operations -- secrets set), never in a stack file: remove them.",
    );
  }
  return content;
}

/** Writes the copy that the CLI works with: the same config, without the secrets provider of the real stack. */
export function copyStackFile(source: string, stack: string, folder: string): void {
  const { secretsprovider: _, encryptedkey: __, encryptionsalt: ___, ...kept } = readStackFile(source, stack);
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  writeStackFile(file, { ...kept, ...saltOf(file) }, path.join(source, `Pulumi.${stack}.yaml`));
}

export function writeStackFile(file: string, content: StackFile, source: string): void {
  // What the CLI takes for a number in YAML 1.1 (3._7) stays in quotes.
  writeWhole(file, `# Generated from ${source} at each run; edit that one.\n${stringify(content, { version: "1.1" })}`);
}

/** The salt that the CLI wrote into an earlier copy, since secrets in the state are encrypted with it. */
function saltOf(file: string): Pick<StackFile, "encryptionsalt"> {
  if (!existsSync(file)) {
    return {};
  }
  const { encryptionsalt } = (parse(readFileSync(file, "utf8")) ?? {}) as StackFile;
  return encryptionsalt === undefined ? {} : { encryptionsalt };
}

function encryptedKeys(value: unknown, key: string): string[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  if (!Array.isArray(value) && Object.keys(value).length === 1 && "secure" in value) {
    return [key];
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    encryptedKeys(inner, Array.isArray(value) ? `${key}[${name}]` : `${key}.${name}`),
  );
}
