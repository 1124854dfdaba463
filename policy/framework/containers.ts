// The containers of a task definition, as far as rules ask for them.

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly logConfiguration?: { readonly logDriver?: string };
}

/** Throws on text that is no list of containers: AWS would refuse it too. */
export function containersOf(containerDefinitions: string): readonly Container[] {
  const parsed: unknown = JSON.parse(containerDefinitions);
  if (!Array.isArray(parsed)) throw new Error("containerDefinitions is not a list");
  return parsed.map((raw: Partial<Container>) => ({
    ...raw,
    name: raw.name ?? "",
    image: raw.image ?? "",
    environment: raw.environment ?? [],
  }));
}
