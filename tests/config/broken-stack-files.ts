import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse, parseDocument } from "yaml";
import { stackFileText, type StackName } from "./stack-files";

/** A stack file with one thing wrong, and the one fault that must be reported. */
export interface BrokenStackFile {
  /** What is wrong: the name of the file in broken/. */
  readonly name: string;
  readonly stack: StackName;
  /** The whole file, ready to be written as Pulumi.<stack>.yaml. */
  readonly text: string;
  /** The whole message, as the engine shows it. */
  readonly message: string;
}

interface Patch {
  /** @default production */
  readonly of?: StackName;
  /** Key, as `pulumi config set --path` takes it, to the value it gets. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  readonly fault: string;
}

const FOLDER = path.join(__dirname, "broken");

/** `affiliate:network.zones[1].id` → `["affiliate:network", "zones", 1, "id"]`. */
export function stepsOf(key: string): (string | number)[] {
  return [...key.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, index]) => (index === undefined ? step : Number(index)));
}

export function brokenStackFiles(): BrokenStackFile[] {
  return readdirSync(FOLDER)
    .sort()
    .map((file) => {
      const patch = parse(readFileSync(path.join(FOLDER, file), "utf8")) as Patch;
      const stack = patch.of ?? "production";
      return {
        name: path.basename(file, ".yaml").replaceAll("-", " "),
        stack,
        text: patched(stackFileText(stack), patch),
        message: `Pulumi.${stack}.yaml has 1 fault; nothing was created or changed.\n\n${indented(patch.fault)}\n`,
      };
    });
}

function patched(text: string, { set = {}, remove = [] }: Patch): string {
  const document = parseDocument(text);
  for (const [key, value] of Object.entries(set)) {
    document.setIn(["config", ...stepsOf(key)], document.createNode(value));
  }
  remove.forEach((key) => document.deleteIn(["config", ...stepsOf(key)]));
  return document.toString({ lineWidth: 0 });
}

const indented = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
