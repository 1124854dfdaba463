/** What `restore.from` may name. Pure: config checks it, components turn it into arguments. */
export type RestoreSource =
  /** A cluster snapshot; a recovery point of AWS Backup for Aurora is one too. */
  | { readonly kind: "snapshot"; readonly arn: string; readonly region: string }
  /** A moment of the generation before (the number less one), RFC 3339 with an offset. */
  | { readonly kind: "time"; readonly utc: string; readonly resourceId?: string }
  /** The last moment that can be had of the generation before. */
  | { readonly kind: "latest"; readonly resourceId?: string };

/** A cluster that was deleted is known by its resource id alone; its automated backups outlive it for as long as they did before. */
const DELETED = /^(cluster-[A-Z0-9]{10,64})@(.+)$/;
const SNAPSHOT = /^arn:aws:rds:([a-z0-9-]+):\d{12}:cluster-snapshot:[A-Za-z0-9:-]{1,255}$/;
/** In quotes as it is written; without them the CLI takes it for a time of its own: "2026-11-27 10:40:00 +0900 +0900". */
const TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?) ?(Z|[+-]\d{2}):?(\d{2})?(?: [+-]?[A-Z0-9]+)?$/;

export const RESTORE_SOURCES =
  'the ARN of a cluster snapshot or of a recovery point of Aurora (arn:aws:rds:…:cluster-snapshot:…), a time with its offset, or "latest"; ' +
  "of a cluster that was deleted, its resource id before that: cluster-ABCDEFGHIJ…@latest";

/** Undefined when it is none. A continuous recovery point is none: RDS restores those by a time. */
export function restoreSource(from: string): RestoreSource | undefined {
  const [, resourceId, moment] = DELETED.exec(from) ?? [];
  if (resourceId !== undefined && moment !== undefined) {
    const source = momentOf(moment);
    return source && { ...source, resourceId };
  }
  const snapshot = SNAPSHOT.exec(from);
  return snapshot ? { kind: "snapshot", arn: from, region: snapshot[1] ?? "" } : momentOf(from);
}

function momentOf(from: string): Exclude<RestoreSource, { kind: "snapshot" }> | undefined {
  if (from === "latest") return { kind: "latest" };
  const [, date = "", time = "", hours = "", minutes] = TIME.exec(from) ?? [];
  const moment = new Date(`${date}T${time}${hours === "Z" ? "Z" : `${hours}:${minutes ?? ""}`}`);
  if (Number.isNaN(moment.getTime())) return undefined;
  // To the second, as RDS takes it.
  return { kind: "time", utc: moment.toISOString().replace(/\.\d{3}Z$/, "Z") };
}

/** A generation of something that holds data: 0 is the one that was made empty. */
export interface Generation {
  readonly generation: number;
  /** What it was restored from; generation 0 has none. */
  readonly from?: string | undefined;
  /** Its protection is lifted, so that the next update may let it go. @default false */
  readonly release?: boolean | undefined;
}

/** As the stack file has it. */
export interface Generations {
  readonly restore?: { readonly from: string; readonly generation: number } | undefined;
  /** Earlier generations that stay beside the one in use. */
  readonly kept?: readonly Generation[] | undefined;
}

/** The generation in use first, then those that are kept, the newest first. */
export function generationsOf({ restore, kept = [] }: Generations): readonly [Generation, ...Generation[]] {
  const current: Generation = restore ?? { generation: 0 };
  return [current, ...[...kept].sort((a, b) => b.generation - a.generation)];
}

/** Part of names: none for generation 0, which is as it was before anybody thought of a second one. */
export const generationParts = (generation: number): string[] => (generation === 0 ? [] : [`g${generation}`]);
