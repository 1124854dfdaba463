/** A resource as `pulumi stack export` has it. What is not named here is kept as it is. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly id?: string;
  /** Replaced, and not deleted yet. */
  readonly delete?: boolean;
  /** Deleted, and its replacement not made yet. */
  readonly pendingReplacement?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  /** "urn::id" */
  readonly provider?: string;
  readonly dependencies?: readonly string[] | null;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
  readonly deletedWith?: string;
}

/** What a run had begun and never wrote the end of. */
export interface PendingOperation {
  readonly resource: StateResource;
  /** creating, updating, deleting, reading, importing */
  readonly type: string;
}

export interface StackState {
  readonly version: number;
  readonly deployment: {
    readonly resources?: readonly StateResource[];
    readonly pending_operations?: readonly PendingOperation[];
  };
}

export const resourcesOf = (state: StackState): readonly StateResource[] => state.deployment.resources ?? [];

export const pendingOf = (state: StackState): readonly PendingOperation[] => state.deployment.pending_operations ?? [];

/** A resource that is there although the state does not say so. */
export interface Adoption {
  readonly resource: StateResource;
  readonly id: string;
}

/**
 * The state with what was found, and without the pending creates that are settled. A read with nothing but the id and the arguments
 * (a refresh) then fills the rest in, as an import would.
 */
export function adopted(state: StackState, found: readonly Adoption[], settled: ReadonlySet<string>): StackState {
  const urns = new Set(found.map(({ resource }) => resource.urn));
  const kept = resourcesOf(state)
    .filter(({ urn, pendingReplacement }) => !(urns.has(urn) && pendingReplacement === true))
    // What is adopted replaces it: the next update deletes it.
    .map((resource) =>
      urns.has(resource.urn) && resource.id !== undefined ? { ...resource, delete: true } : resource,
    );
  const known = new Set([...kept.map(({ urn }) => urn), ...urns]);
  const fresh = found.map(({ resource, id }) => ({
    ...withoutDangling(resource, known),
    id: importId(id, resource),
    outputs: {},
  }));
  const resources = ordered([...kept, ...fresh]);
  const pending_operations = pendingOf(state).filter(
    ({ resource, type }) => type !== "creating" || !(urns.has(resource.urn) || settled.has(resource.urn)),
  );
  return { ...state, deployment: { ...state.deployment, resources, pending_operations } };
}

/** With the resource's region, which is an argument of each. Source: AWS provider 6, "Enhanced region support", import. */
function importId(id: string, { type, inputs }: StateResource): string {
  const region = inputs?.["region"];
  return type.startsWith("aws:") && typeof region === "string" ? `${id}@${region}` : id;
}

/** The state without some of its resources; nothing may depend on them. */
export function without(state: StackState, urns: ReadonlySet<string>): StackState {
  const resources = resourcesOf(state).filter(({ urn, delete: replaced }) => !urns.has(urn) || replaced === true);
  return { ...state, deployment: { ...state.deployment, resources } };
}

function withoutDangling(resource: StateResource, known: ReadonlySet<string>): StateResource {
  const there = (urns: readonly string[] | null | undefined): string[] => (urns ?? []).filter((urn) => known.has(urn));
  const properties = Object.entries(resource.propertyDependencies ?? {}).map(([key, urns]) => [key, there(urns)]);
  return {
    ...resource,
    dependencies: there(resource.dependencies),
    propertyDependencies: Object.fromEntries(properties) as Record<string, string[]>,
  };
}

/** URNs that must stand before a resource in the state. */
export function needs(resource: StateResource): string[] {
  const { parent, provider, dependencies, propertyDependencies, deletedWith } = resource;
  const properties = Object.values(propertyDependencies ?? {}).flatMap((urns) => urns ?? []);
  const single = [parent, provider?.slice(0, provider.lastIndexOf("::")), deletedWith];
  return [
    ...single.flatMap((urn) => (urn === undefined || urn === "" ? [] : [urn])),
    ...(dependencies ?? []),
    ...properties,
  ];
}

/** Each after what it needs, otherwise in the order given; of a replaced resource and its replacement, the new one is meant. */
function ordered(resources: readonly StateResource[]): StateResource[] {
  const byUrn = (replaced: boolean) =>
    new Map(resources.filter((one) => (one.delete === true) === replaced).map((one) => [one.urn, one]));
  const [current, old] = [byUrn(false), byUrn(true)];
  const seen = new Set<StateResource>();
  const result: StateResource[] = [];
  const visit = (resource: StateResource): void => {
    if (seen.has(resource)) return;
    seen.add(resource);
    for (const urn of needs(resource)) {
      const needed = resource.delete === true ? (old.get(urn) ?? current.get(urn)) : (current.get(urn) ?? old.get(urn));
      if (needed !== undefined) visit(needed);
    }
    result.push(resource);
  };
  resources.forEach(visit);
  return result;
}
