// The resource graph: what `pulumi stack export` or `pulumi preview --json` says of each resource, asked by type, id and link.
import { UNKNOWN } from "../properties";

/** As Pulumi writes it. Source: sdk/go/common/apitype/core.go of Pulumi, ResourceV3. */
export interface RawResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly delete?: boolean;
  readonly id?: string;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>> | null;
  readonly outputs?: Readonly<Record<string, unknown>> | null;
  readonly dependencies?: readonly string[] | null;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
}

export interface Resource {
  readonly urn: string;
  readonly type: string;
  /** Its name in the program. */
  readonly name: string;
  /** Undefined until it exists. */
  readonly id: string | undefined;
  readonly parent: string | undefined;
  /** A provider makes it; otherwise it is a component. */
  readonly custom: boolean;
  readonly protect: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly dependencies: readonly string[];
  /** The resources that each input takes a value from: known at preview, when ids are not. */
  readonly links: Readonly<Record<string, readonly string[]>>;
}

/** The component right under the stack, and its layer: `affiliate:data:Database` is of `data`. */
export interface Owner {
  readonly urn: string;
  readonly name: string;
  readonly layer: string;
}

export const LAYERS = ["foundation", "network", "data", "compute", "edge", "monitoring", "delivery"] as const;
const STACK = "pulumi:pulumi:Stack";

/** Types of providers have a module with a slash (aws:ec2/vpc:Vpc); components have not. */
export const isCustomType = (type: string): boolean => /^[^:]+:[^:]*\/[^:]*:/.test(type);
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
/** `aws:rds/clusterInstance:ClusterInstance` is `rds.ClusterInstance`. */
export const shortType = (type: string): string => {
  const [, module = "", kind = type] = type.split(":");
  const folder = module.split("/")[0] ?? "";
  return folder === "" || folder === "index" ? `${type.split(":")[0]}.${kind}` : `${folder}.${kind}`;
};

export class Graph {
  /** Without providers and the stack itself. */
  readonly resources: readonly Resource[];
  readonly stackOutputs: Readonly<Record<string, unknown>>;
  readonly #byUrn: ReadonlyMap<string, Resource>;
  readonly #byId = new Map<string, Resource>();
  readonly #children = new Map<string, Resource[]>();

  constructor(raw: readonly RawResource[]) {
    const all = raw.filter((one) => one.delete !== true).map(resourceOf);
    // A state is in the order in which things were made, and that is another one each time.
    this.resources = all
      .filter(({ type }) => type !== STACK && !type.startsWith("pulumi:providers:"))
      .sort((a, b) => (a.urn < b.urn ? -1 : 1));
    this.stackOutputs = all.find(({ type }) => type === STACK)?.outputs ?? {};
    this.#byUrn = new Map(this.resources.map((one) => [one.urn, one]));
    for (const one of this.resources) {
      if (one.id !== undefined && one.id !== "") this.#byId.set(one.id, one);
      if (one.parent !== undefined) this.#children.set(one.parent, [...(this.#children.get(one.parent) ?? []), one]);
    }
  }

  get custom(): readonly Resource[] {
    return this.resources.filter(({ custom }) => custom);
  }

  ofType(...types: readonly string[]): readonly Resource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  get(urn: string): Resource | undefined {
    return this.#byUrn.get(urn);
  }

  byId(id: string): Resource | undefined {
    return this.#byId.get(id);
  }

  childrenOf(urn: string): readonly Resource[] {
    return this.#children.get(urn) ?? [];
  }

  /** Itself or what is inside of it, at any depth. */
  isInside(urn: string, ancestor: string): boolean {
    for (let at: string | undefined = urn; at !== undefined; at = this.get(at)?.parent)
      if (at === ancestor) return true;
    return false;
  }

  /** The resources of some types that an input takes a value from; also where the value is known already, by its id. */
  linked(resource: Resource, input: string, ...types: readonly string[]): readonly Resource[] {
    const wanted = (one: Resource | undefined): one is Resource => one !== undefined && types.includes(one.type);
    const byLink = (resource.links[input] ?? []).map((urn) => this.get(urn)).filter(wanted);
    const byValue = [resource.inputs[input]]
      .flat(1)
      .map((id) => this.byId(String(id)))
      .filter(wanted);
    return [...new Set([...byLink, ...byValue])];
  }

  owner(urn: string): Owner {
    let at = urn;
    for (;;) {
      const parent = this.get(at)?.parent;
      if (parent === undefined || this.get(parent) === undefined) break;
      at = parent;
    }
    const [, layer = "other"] = /^affiliate:([a-z-]+):/.exec(this.get(at)?.type ?? "") ?? [];
    return { urn: at, name: nameOf(at), layer };
  }
}

function resourceOf(raw: RawResource): Resource {
  const links = Object.entries(raw.propertyDependencies ?? {}).map(([key, urns]) => [key, urns ?? []] as const);
  return {
    urn: raw.urn,
    type: raw.type,
    name: nameOf(raw.urn),
    id: raw.id === "" ? undefined : raw.id,
    parent: raw.parent === "" ? undefined : raw.parent,
    custom: raw.custom === true,
    protect: raw.protect === true,
    inputs: raw.inputs ?? {},
    outputs: raw.outputs ?? {},
    dependencies: raw.dependencies ?? [],
    links: Object.fromEntries(links),
  };
}

/** Reads `a.b[0].c` of inputs that may be unknown, secret or absent. */
export function at(value: unknown, ...keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** A word or a number as the plan has it; undefined for what is unknown, secret or no word. */
export const wordOf = (value: unknown): string | undefined =>
  (typeof value === "string" && value !== UNKNOWN) || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
