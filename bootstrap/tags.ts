import type { StackFile } from "../operations/stack-file";

/** The stack's own tags on what bootstrap makes, but for who looks after it. */
export function tagsOf({ tags }: StackFile): Record<string, string> {
  return { ...tags, ManagedBy: "Bootstrap" };
}
