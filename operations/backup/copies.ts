/** A copy of data that a recovery could begin from. */
export interface Copy {
  readonly of: "database" | "uploads" | "redis" | "other";
  /** The resource's own name. */
  readonly resource: string;
  readonly kind:
    | "points in time"
    | "recovery point"
    | "snapshot"
    | "automatic snapshot"
    | "dump"
    | "export"
    | "versions"
    | "replica";
  /** What `restore`, `backup verify` or the stack file take. */
  readonly id: string;
  readonly region: string;
  /** Vault, bucket or service. */
  readonly place: string;
  /** When it was made; of a window, its newest moment. */
  readonly made?: Date | undefined;
  /** Of a window, its oldest moment. */
  readonly from?: Date | undefined;
  readonly bytes?: number | undefined;
  readonly state: "good" | "running" | "incomplete" | "failed";
  /** When it will be deleted. */
  readonly until?: Date | undefined;
  readonly verified?: Verified | undefined;
}

/** That somebody restored it, and what came of it. */
export interface Verified {
  readonly at: Date;
  readonly result: "good" | "bad";
  readonly by: "restore test" | "backup verify";
}

/** Copies of one place, or why it could not be read: the others are shown all the same. */
export interface Found {
  readonly place: string;
  readonly copies: readonly Copy[];
  readonly fault?: string;
}

const ORDER: readonly Copy["of"][] = ["database", "uploads", "redis", "other"];

/** By what they are of, then the newest first. */
export const sorted = (copies: readonly Copy[]): Copy[] =>
  [...copies].sort(
    (a, b) => ORDER.indexOf(a.of) - ORDER.indexOf(b.of) || (b.made?.getTime() ?? 0) - (a.made?.getTime() ?? 0),
  );
