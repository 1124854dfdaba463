// How long the first update takes in AWS, in virtual time: the dependencies that the engine wrote into the state, and the
// sandbox's table of creation times. Nothing here waits.
import { seconds as creationSeconds, TIMES } from "../sandbox/providers/aws/times";

/** A resource of an exported state, as far as order matters. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
}

/** Why a resource waits for another. */
export interface Edge {
  readonly from: string;
  /** Properties that take a value from it; none for an order that the program asks for. */
  readonly properties: readonly string[];
  readonly kind: "data" | "dependsOn" | "parent";
}

export interface Timed {
  readonly urn: string;
  readonly type: string;
  readonly begun: number;
  readonly ended: number;
  /** What it waited for last. */
  readonly waited: Edge | undefined;
}

export interface Schedule {
  readonly seconds: number;
  readonly timed: ReadonlyMap<string, Timed>;
}

const isProvider = (type: string): boolean => type.startsWith("pulumi:providers:");

/** Seconds of a creation: the table's, times `scale`; what the table does not know is quick at any scale. */
export function secondsOf(resource: StateResource, scale = 1): number {
  if (!resource.custom || isProvider(resource.type)) return 0;
  return creationSeconds(resource.type, "create") * (resource.type in TIMES ? scale : 1);
}

/** What each resource waits for. One that waits for a component waits for all that is in it. */
export function edgesOf(resources: readonly StateResource[]): ReadonlyMap<string, readonly Edge[]> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const children = new Map<string, string[]>();
  for (const { urn, parent } of resources) {
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), urn]);
  }
  const inside = (urn: string): string[] => (children.get(urn) ?? []).flatMap((child) => [child, ...inside(child)]);
  const ancestors = (urn: string): string[] => {
    const parent = byUrn.get(urn)?.parent;
    return parent === undefined ? [] : [parent, ...ancestors(parent)];
  };
  const edges = new Map<string, Edge[]>();
  for (const resource of resources) {
    const properties = new Map<string, string[]>();
    for (const [property, sources] of Object.entries(resource.propertyDependencies ?? {})) {
      for (const source of sources ?? []) properties.set(source, [...(properties.get(source) ?? []), property]);
    }
    const found = new Map<string, Edge>();
    const above = new Set(ancestors(resource.urn));
    for (const source of [...properties.keys(), ...(resource.dependencies ?? [])]) {
      const own = properties.get(source) ?? [];
      const kind = own.length > 0 ? "data" : "dependsOn";
      const within = byUrn.get(source)?.custom === false && !above.has(source) ? inside(source) : [];
      for (const from of [source, ...within]) {
        const around = above.has(from) && byUrn.get(from)?.custom === false;
        if (byUrn.has(from) && from !== resource.urn && !around && !found.has(from)) {
          found.set(from, { from, properties: own, kind });
        }
      }
    }
    if (resource.parent !== undefined && !found.has(resource.parent)) {
      found.set(resource.parent, { from: resource.parent, properties: [], kind: "parent" });
    }
    edges.set(resource.urn, [...found.values()]);
  }
  return edges;
}

/**
 * Creates everything with at most `parallel` creations at once, what became ready first coming first, as the engine does.
 * Without a limit the last one's end is the critical path's length.
 * @param parallel Whole number from 1 on, or Infinity.
 * @param scale Times the table's times.
 */
export function schedule(resources: readonly StateResource[], parallel: number, scale = 1): Schedule {
  const edges = edgesOf(resources);
  const waiting = new Map(resources.map(({ urn }) => [urn, edges.get(urn)?.length ?? 0]));
  const dependents = new Map<string, string[]>();
  for (const [urn, list] of edges) {
    for (const { from } of list) dependents.set(from, [...(dependents.get(from) ?? []), urn]);
  }
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const last = new Map<string, Edge>();
  const timed = new Map<string, Timed>();
  const running: { urn: string; begun: number; ended: number }[] = [];
  const ready = resources.filter(({ urn }) => waiting.get(urn) === 0).map(({ urn }) => urn);
  let now = 0;
  while (ready.length > 0 || running.length > 0) {
    while (ready.length > 0 && running.length < parallel) {
      const urn = ready.shift() ?? "";
      const resource = byUrn.get(urn);
      running.push({ urn, begun: now, ended: now + (resource === undefined ? 0 : secondsOf(resource, scale)) });
    }
    running.sort((a, b) => a.ended - b.ended);
    const done = running.shift();
    if (done === undefined) break;
    now = done.ended;
    timed.set(done.urn, { ...done, type: byUrn.get(done.urn)?.type ?? "", waited: last.get(done.urn) });
    for (const urn of dependents.get(done.urn) ?? []) {
      const edge = edges.get(urn)?.find(({ from }) => from === done.urn);
      if (edge !== undefined) last.set(urn, edge);
      const left = (waiting.get(urn) ?? 0) - 1;
      waiting.set(urn, left);
      if (left === 0) ready.push(urn);
    }
  }
  if (timed.size !== resources.length) {
    const stuck = resources.find(({ urn }) => !timed.has(urn));
    throw new Error(`${resources.length - timed.size} resources wait for each other, ${stuck?.urn} among them`);
  }
  return { seconds: now, timed };
}

/** The chain of resources of which each began when the one before it ended, up to the last of all. */
export function criticalPath({ timed }: Schedule): readonly Timed[] {
  let at = [...timed.values()].reduce<Timed | undefined>(
    (a, b) => (a === undefined || b.ended > a.ended ? b : a),
    undefined,
  );
  const path: Timed[] = [];
  while (at !== undefined) {
    path.unshift(at);
    at = at.waited === undefined ? undefined : timed.get(at.waited.from);
  }
  return path;
}

/**
 * The orders that the program asks for and that no chain of other edges gives anyway: each needs a reason in AWS.
 */
export function orderedOnPurpose(resources: readonly StateResource[]): readonly { urn: string; edge: Edge }[] {
  const edges = edgesOf(resources);
  const reach = new Map<string, Set<string>>();
  const reached = (urn: string): Set<string> => {
    const known = reach.get(urn);
    if (known !== undefined) return known;
    const all = new Set<string>();
    reach.set(urn, all);
    for (const { from } of edges.get(urn) ?? []) {
      all.add(from);
      for (const further of reached(from)) all.add(further);
    }
    return all;
  };
  return resources.flatMap(({ urn }) =>
    (edges.get(urn) ?? [])
      .filter(({ kind }) => kind === "dependsOn")
      .filter((edge) => !(edges.get(urn) ?? []).some((other) => other !== edge && reached(other.from).has(edge.from)))
      .map((edge) => ({ urn, edge })),
  );
}
