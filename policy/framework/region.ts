import type { Planned, StackView } from "./planned";

/** Of a view, once it was asked for: rules ask for each of their resources. */
const known = new WeakMap<StackView, { readonly region: string | undefined }>();

/** The region that most of a plan is in: the stack's. Providers write it onto each resource, so having one says nothing. */
function homeRegion(stack: StackView): string | undefined {
  const before = known.get(stack);
  if (before !== undefined) return before.region;
  const counts = new Map<string, number>();
  for (const { props } of stack.resources) {
    const { region } = props;
    if (typeof region === "string") counts.set(region, (counts.get(region) ?? 0) + 1);
  }
  const region = [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
  known.set(stack, { region });
  return region;
}

/** Whether a resource is in another region than the stack. Without a region of its own it is in the stack's. */
export function isElsewhere(stack: StackView, resource: { readonly props: Planned["props"] }): boolean {
  const { region } = resource.props;
  return typeof region === "string" && region !== homeRegion(stack);
}
