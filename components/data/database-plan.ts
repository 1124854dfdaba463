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

/** What AWS would take, and what would hurt later. */
export function instanceFaults(instances: readonly DatabaseInstance[], scaling: ReplicaScaling): string[] {
  const [writer, ...readers] = instances;
  const faults: string[] = [];
  if (writer === undefined) return ["there is no instance; a cluster needs a writer"];

  const firstTier = Math.min(...readers.map(({ promotionTier }) => promotionTier));
  for (const reader of readers) {
    if (reader.promotionTier === firstTier && reader.class !== writer.class) {
      faults.push(
        `a reader of ${reader.class} has the lowest tier of the readers, ${firstTier}, so a failover would make it the ` +
          `writer in the place of a ${writer.class}; give that tier to a reader of the writer's class only`,
      );
    }
  }
  if (scaling.min < readers.length) {
    faults.push(
      `replicaScaling.min is ${scaling.min}, but ${readers.length} readers are declared: they count, and none of them is ` +
        `ever removed; say at least ${readers.length}`,
    );
  }
  if (scaling.max < scaling.min) {
    faults.push(`replicaScaling.max is ${scaling.max}, less than its min of ${scaling.min}`);
  }
  if (readers.length === 0 && scaling.max > 0) {
    faults.push(
      "readers can only be added to a cluster that has one (Aurora Auto Scaling); declare one, or set max to 0",
    );
  }
  return faults;
}
