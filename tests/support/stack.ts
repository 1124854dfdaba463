import { createNamer } from "../../config/naming";
import type { StackFacts } from "../../config/stack";

/** Facts of a stack for tests of components. */
export function testStack(overrides: Partial<Omit<StackFacts, "name">> = {}): StackFacts {
  const facts = {
    project: "affiliate",
    environment: "production",
    accountId: "123456789012",
    region: "ap-northeast-1",
    protect: true,
    ...overrides,
  } as const;
  return { ...facts, name: createNamer(facts) };
}
