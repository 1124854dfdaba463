import { RESOURCE_TAG } from "../../config/resource-tag";
import type { Finder, Wanted } from "./finder";
import { identityOf } from "./identities";
import { needs, pendingOf, resourcesOf, type Adoption, type StackState, type StateResource } from "./state";

/** What is said of one resource that a run may have left. */
export type Finding =
  /** It seems to be there, and it is where it is certain; reading it will tell. */
  | {
      readonly kind: "there";
      readonly resource: StateResource;
      readonly id: string;
      readonly pending: boolean;
      readonly certain: boolean;
    }
  /** It is not there, or making it once more does no harm. */
  | { readonly kind: "free"; readonly resource: StateResource; readonly pending: boolean }
  /** Nobody but a person can tell. */
  | { readonly kind: "open"; readonly resource: StateResource; readonly pending: boolean; readonly why: string };

/** What a person says about a resource that cannot be looked up. */
export interface Answers {
  /** URN to the id that it is imported by. */
  readonly adopt: ReadonlyMap<string, string>;
  /** URNs of what was looked for and is not there. */
  readonly forget: ReadonlySet<string>;
}

/** What the engine writes for a value that is only known after the update, and for a secret in a plan. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SECRET = "[secret]";

/**
 * Looks for everything that may be in the cloud without the state knowing of it: creates that were begun, and those that the
 * program still plans: of a provider that died in the middle, the engine keeps no note.
 */
export async function search(
  state: StackState,
  planned: readonly StateResource[],
  finder: Finder,
  answers: Answers,
): Promise<Finding[]> {
  const pending = pendingOf(state).flatMap(({ resource, type }) => (type === "creating" ? [resource] : []));
  const begun = new Set(pending.map(({ urn }) => urn));
  const places = new Places(resourcesOf(state));
  const known = new Set([...resourcesOf(state).map(({ urn }) => urn), ...begun, ...planned.map(({ urn }) => urn)]);
  const findings: Finding[] = [];
  for (const resource of [...pending, ...planned.filter(({ urn }) => !begun.has(urn))]) {
    // What it needs is not there yet, so nor is it.
    if (resource.custom !== true || needs(resource).some((urn) => !known.has(urn))) continue;
    findings.push(await findingOf(resource, begun.has(resource.urn), places, finder, answers));
  }
  return findings;
}

async function findingOf(
  resource: StateResource,
  pending: boolean,
  places: Places,
  finder: Finder,
  answers: Answers,
): Promise<Finding> {
  const told = answers.adopt.get(resource.urn);
  if (told !== undefined)
    return { kind: "there", resource: withoutSecrets(resource), id: told, pending, certain: true };
  if (answers.forget.has(resource.urn)) return { kind: "free", resource, pending };
  const open = (why: string): Finding => ({ kind: "open", resource, pending, why });
  const identity = identityOf(resource.type);
  if (identity.by === "again") return { kind: "free", resource, pending };
  if (identity.by === "hand") return open(identity.where);

  const region = places.regionOf(resource);
  const ids = await lookUp(resource, region, identity, finder);
  if (ids === undefined) return open(identity.by === "list" ? identity.where : "the cloud could not be asked");
  const [id, ...more] = ids.filter((each) => !places.hold(resource.type, each, region));
  if (more.length > 0) return open(`found more than once: ${[id, ...more].join(", ")}`);
  if (id === undefined) return { kind: "free", resource, pending };
  const certain = pending || identity.by !== "arguments";
  return { kind: "there", resource: withoutSecrets(resource), id, pending, certain };
}

/** Where the resources of a state are: two repositories in two regions may have one id. */
class Places {
  private readonly regions = new Map<string, (string | undefined)[]>();
  private readonly providers = new Map<string, string | undefined>();

  constructor(resources: readonly StateResource[]) {
    for (const { urn, type, id = "", inputs, outputs } of resources) {
      const region = textOf(outputs?.["region"]) ?? textOf(inputs?.["region"]);
      if (type.startsWith("pulumi:providers:")) this.providers.set(urn, region);
      const key = `${type} ${id}`;
      this.regions.set(key, [...(this.regions.get(key) ?? []), region]);
    }
  }

  /** Where the program wants it: undefined where neither it nor its provider says so. */
  regionOf({ inputs, provider = "" }: StateResource): string | undefined {
    return textOf(inputs?.["region"]) ?? this.providers.get(provider.slice(0, provider.lastIndexOf("::")));
  }

  /** A service without regions says none. */
  hold(type: string, id: string, region: string | undefined): boolean {
    const found = this.regions.get(`${type} ${id}`) ?? [];
    return found.some((other) => other === undefined || region === undefined || other === region);
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function lookUp(
  resource: StateResource,
  region: string | undefined,
  identity: Exclude<ReturnType<typeof identityOf>, { readonly by: "again" | "hand" }>,
  finder: Finder,
): Promise<readonly string[] | undefined> {
  const inputs = resource.inputs ?? {};
  const wanted: Wanted = { urn: resource.urn, type: resource.type, inputs, region };
  if (identity.by === "tags") {
    const tags = tagsOf(inputs);
    return tags === undefined ? Promise.resolve(undefined) : finder.byTags(wanted, tags);
  }
  // A name that is made of what does not exist yet is nobody's.
  if (identity.keys.some((key) => inputs[key] === UNKNOWN)) return Promise.resolve([]);
  return identity.by === "list" ? finder.byList(wanted, identity.keys) : finder.byArguments(wanted, identity.keys);
}

/** The tag that no other resource has; of awsx's children all of theirs, the name among them. */
function tagsOf(inputs: Readonly<Record<string, unknown>>): Record<string, string> | undefined {
  const tags = inputs["tags"] as Readonly<Record<string, unknown>> | undefined;
  const own = Object.entries(tags ?? {}).filter((tag): tag is [string, string] => typeof tag[1] === "string");
  const resource = own.filter(([key]) => key === RESOURCE_TAG);
  if (resource.length > 0) return Object.fromEntries(resource);
  return own.some(([key]) => key === "Name") ? Object.fromEntries(own) : undefined;
}

/** A plan shows neither secrets nor what is not known yet: the next update fills them in. */
function withoutSecrets(resource: StateResource): StateResource {
  const inputs = Object.entries(resource.inputs ?? {}).filter(([key, value]) => {
    const text = JSON.stringify(value) ?? "";
    return key === "tags" || !(text.includes(SECRET) || text.includes(UNKNOWN));
  });
  return { ...resource, inputs: Object.fromEntries(inputs) };
}

/** Of what was taken over, what carries another's tag: its name was taken by somebody else. */
export function foreign(adoptions: readonly Adoption[], state: StackState): Adoption[] {
  const now = new Map(
    resourcesOf(state)
      .filter((one) => one.delete !== true)
      .map((one) => [one.urn, one]),
  );
  return adoptions.filter(({ resource }) => {
    const wanted = (resource.inputs?.["tags"] as Readonly<Record<string, unknown>> | undefined)?.[RESOURCE_TAG];
    const outputs = now.get(resource.urn)?.outputs;
    const tags = outputs?.["tagsAll"] as Readonly<Record<string, unknown>> | undefined;
    return typeof wanted === "string" && outputs !== undefined && tags?.[RESOURCE_TAG] !== wanted;
  });
}
