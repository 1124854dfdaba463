import type { Namer } from "../../config/naming";
import { zoneAt } from "./zones";

/** An instance as the stack file declares it. */
export interface DatabaseInstance {
  /** Such as "db.r6g.2xlarge". */
  readonly class: string;
  /** 0 to 15; after a failover the reader of the lowest tier is the writer. */
  readonly promotionTier: number;
}

/** Readers, the declared ones included. */
export interface ReplicaScaling {
  readonly min: number;
  readonly max: number;
  /** Mean CPU of the readers to hold, in percent. */
  readonly cpuPercent: number;
}

export interface PlannedInstance extends DatabaseInstance {
  /** Its place in the list, from 1: part of its names, since writer and reader are roles that change hands. */
  readonly number: number;
  readonly identifier: string;
  readonly zoneName: string;
}

/** A list grows and shrinks at its end: to take one out of the middle would rename those behind it. */
export function planInstances(
  name: Namer,
  purpose: string,
  instances: readonly DatabaseInstance[],
  zoneNames: readonly string[],
): PlannedInstance[] {
  return instances.map((instance, index) => ({
    ...instance,
    number: index + 1,
    identifier: name("rdsInstance", purpose, String(index + 1)),
    zoneName: zoneAt(index, zoneNames),
  }));
}

/** Capacity that Application Auto Scaling is given; undefined where there is nothing to scale. */
export function readerCapacity(
  instances: readonly DatabaseInstance[],
  { min, max }: ReplicaScaling,
): { readonly min: number; readonly max: number } | undefined {
  const declared = instances.length - 1;
  if (declared < 0) throw new Error("A database cluster needs an instance, its writer.");
  if (max <= declared) return undefined;
  if (declared === 0) {
    throw new Error("Aurora adds readers to a cluster that has one: declare a reader, or set replicaScaling.max to 0.");
  }
  // Declared readers count, and none of them is ever removed: a lower number would say something that cannot happen.
  return { min: Math.max(min, declared), max };
}
