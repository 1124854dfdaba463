// A stack's exported state as a plan to judge.
import type { Planned } from "./planned";

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly delete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
}

export interface StateExport {
  readonly deployment: { readonly resources?: readonly StateResource[] };
}

/** The custom resources of `pulumi stack export`, by the inputs that they were made with. */
export function plannedOf({ deployment }: StateExport): readonly Planned[] {
  return (deployment.resources ?? [])
    .filter((resource) => resource.custom === true && resource.delete !== true)
    .map(({ urn, type, inputs = {}, protect = false, propertyDependencies }) => ({
      type,
      name: urn.split("::").at(-1) ?? urn,
      urn,
      props: inputs,
      protect,
      ignoreChanges: [],
      links: Object.fromEntries(Object.entries(propertyDependencies ?? {}).map(([key, urns]) => [key, urns ?? []])),
    }));
}
