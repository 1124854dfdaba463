import type { JudgedType, PropsOf } from "./judged";

/** A resource as the plan has it. */
export interface Planned {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  /** The resources that each property takes a value from: known at preview, when the values themselves are not. */
  readonly links: Readonly<Record<string, readonly string[]>>;
}

export type PlannedOf<T extends JudgedType> = Omit<Planned, "props"> & { readonly props: PropsOf<T> };

/** The top-level property that a path begins with: what links are kept by. */
export function resourceKey(path: string): string {
  return path.split(/[.[]/, 1)[0] ?? path;
}

/** The whole plan, asked by type and by link. */
export class StackView {
  private readonly byType = new Map<string, Planned[]>();
  private readonly byUrn = new Map<string, Planned>();

  constructor(readonly resources: readonly Planned[]) {
    for (const resource of resources) {
      const peers = this.byType.get(resource.type);
      if (peers) peers.push(resource);
      else this.byType.set(resource.type, [resource]);
      this.byUrn.set(resource.urn, resource);
    }
  }

  ofType<T extends JudgedType>(type: T): readonly PlannedOf<T>[] {
    // The type token decides the shape of the properties: that is what a token is.
    return (this.byType.get(type) ?? []) as unknown as readonly PlannedOf<T>[];
  }

  /** The resources of a type whose property takes a value from `target`. */
  linkedTo<T extends JudgedType>(type: T, property: string, target: { readonly urn: string }): readonly PlannedOf<T>[] {
    return this.ofType(type).filter((resource) =>
      (resource.links[property] ?? []).some((urn) => urn === target.urn || this.isPartOf(urn, target.urn)),
    );
  }

  /** A bucket's name is handed on once its settings are in place: what takes it is linked to those settings instead. */
  private isPartOf(urn: string, target: string): boolean {
    const resource = this.byUrn.get(urn);
    return resource?.type.startsWith("aws:s3/bucket") === true && (resource.links["bucket"] ?? []).includes(target);
  }

  /** The resources that a property takes its value from. */
  sources(resource: { readonly links: Planned["links"] }, property: string): readonly Planned[] {
    return (resource.links[property] ?? []).flatMap((urn) => this.byUrn.get(urn) ?? []);
  }
}
