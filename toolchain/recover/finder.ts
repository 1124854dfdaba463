import type { StateResource } from "./state";

/** What is looked for: as the program wants it, before the cloud has answered. */
export type Wanted = Pick<StateResource, "urn" | "type"> & {
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Its own argument, or its provider's. */
  readonly region?: string | undefined;
};

/** Who asks the cloud for what was made without the state knowing of it. */
export interface Finder {
  /**
   * Ids to import by of the resources that have these tags.
   * @returns undefined where the cloud cannot be asked
   */
  byTags(wanted: Wanted, tags: Readonly<Record<string, string>>): Promise<readonly string[] | undefined>;
  /** Ids of the resources whose arguments are these; one that may not exist is allowed: reading it tells. */
  byArguments(wanted: Wanted, keys: readonly string[]): Promise<readonly string[] | undefined>;
  /** The same, where only the service's list tells the id. */
  byList(wanted: Wanted, keys: readonly string[]): Promise<readonly string[] | undefined>;
}
