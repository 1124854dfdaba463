import type { Planned, StackView } from "./planned";

/** The region that most of a plan is in: the stack's. Providers write it onto each resource, so having one says nothing. */
function homeRegion(stack: StackView): string | undefined {
  const counts = new Map<string, number>();
  for (const { props } of stack.resources) {
    const { region } = props;
    if (typeof region === "string") counts.set(region, (counts.get(region) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** Whether a resource is in another region than the stack. Without a region of its own it is in the stack's. */
export function isElsewhere(stack: StackView, resource: { readonly props: Planned["props"] }): boolean {
  const { region } = resource.props;
  return typeof region === "string" && region !== homeRegion(stack);
}
