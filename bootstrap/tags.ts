import type { StackFacts } from "../config/stack";

/** On everything that bootstrap makes; the program's own tags say ManagedBy=pulumi. */
export function tagsOf(facts: StackFacts): Record<string, string> {
  return { Project: facts.project, Environment: facts.environment, ManagedBy: "bootstrap" };
}
