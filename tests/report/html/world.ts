// Resources as a state has them, a line each.
import { Graph, type RawResource } from "../../../report/html/graph";

const URN = "urn:pulumi:test::affiliate::";
export const urnOf = (type: string, name: string): string => `${URN}${type}::${name}`;

export interface Made extends Partial<Omit<RawResource, "urn" | "type">> {
  readonly name: string;
  readonly type: string;
  /** Of each input, the resources that it takes a value from. */
  readonly links?: Readonly<Record<string, readonly string[]>>;
}

export function raw({ name, type, links = {}, ...given }: Made): RawResource {
  const dependencies = [...new Set([...(given.dependencies ?? []), ...Object.values(links).flat()])];
  return { urn: urnOf(type, name), type, custom: true, propertyDependencies: links, ...given, dependencies };
}

export const graphOf = (...made: readonly Made[]): Graph => new Graph(made.map(raw));
