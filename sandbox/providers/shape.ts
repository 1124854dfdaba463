import type { CloudResource, Place } from "../cloud/cloud";
import type { Values } from "../schema/values";
import type { Request } from "./request";

/** A name that nothing else in its scope may have, and what the service says to the second one. */
export interface UniqueName {
  /** What the name is unique in, apart from account and region: "iam-role". */
  readonly scope: string;
  readonly name: string;
  /** @default "region" */
  readonly within?: "region" | "account" | "world";
  /** AWS's error code and words for the second one. */
  readonly code: string;
  readonly message: string;
  /** "IAM: CreateRole" */
  readonly operation: string;
  /** @default 400 */
  readonly status?: number;
}

/** How the cloud answers for one resource type. */
export interface Shape {
  readonly id: (request: Request) => string;
  /**
   * What tells resources of this type apart, where the provider's id does not: revisions of a task family.
   * @default the id
   */
  readonly key?: (state: Values) => string;
  /** Attributes that the cloud makes. An argument that the program gives always wins. */
  readonly outputs?: (request: Request) => Values;
  readonly unique?: (request: Request) => readonly UniqueName[];
  /**
   * Creation writes over what is there, as a PUT does.
   * @default false: the same id a second time is refused
   */
  readonly put?: true;
  /** Which argument gets "name-1234567" when it is not given; none where false. @default "name" */
  readonly autoname?: { readonly property: string; readonly maxLength?: number } | false;
  /** Refuses arguments as the provider does while it plans: text per property. */
  readonly plan?: (request: Request) => Readonly<Record<string, string | false | undefined>>;
  /** Throws what the service says to arguments that it does not take. */
  readonly refuse?: (request: Request) => void;
  /** Throws where the service does not let go of the resource. */
  readonly refuseDelete?: (request: Request, resource: CloudResource) => void;
  /** What a deletion leaves behind: a name that is not free yet, a final snapshot. */
  readonly afterDelete?: (request: Request, resource: CloudResource) => void;
}

export type Shapes = Readonly<Record<string, Shape>>;

/** Lets the editor check the table while each key stays known. */
export function shapes<Keys extends string>(table: Readonly<Record<Keys, Shape>>): Readonly<Record<Keys, Shape>> {
  return table;
}

/** A unique name together with what it is unique in. */
export function scoped(
  unique: Pick<UniqueName, "within" | "scope" | "name">,
  place: Omit<Place, "type" | "key">,
): string {
  const { account, region } = place;
  const where = { world: "world", account, region: `${account}/${region}` }[unique.within ?? "region"];
  return `${where}/${unique.scope}/${unique.name}`;
}
