import { splitType } from "../../config/instance-types";

const GIB = 1024 ** 3;

interface Capacity {
  readonly memoryBytes: number;
  /** `max_connections` as Aurora sets it by memory; the parameter groups leave it alone. */
  readonly maxConnections: number;
}

/** GiB by size; x2g has twice as much. Source: Aurora user guide, "Hardware specifications for DB instance classes". */
const memoryGib: Readonly<Record<string, number>> = {
  medium: 4,
  large: 16,
  xlarge: 32,
  "2xlarge": 64,
  "4xlarge": 128,
  "8xlarge": 256,
  "12xlarge": 384,
  "16xlarge": 512,
  "24xlarge": 768,
  "32xlarge": 1024,
  "48xlarge": 1536,
};

/** Source: Aurora user guide, "Maximum connections to an Aurora MySQL DB instance". */
const burstable: Readonly<Record<string, Capacity>> = {
  medium: { memoryBytes: 4 * GIB, maxConnections: 90 },
  large: { memoryBytes: 8 * GIB, maxConnections: 135 },
};

/** By memory, the same source; a class between two lines has the lower line's. */
const connectionsByGib: readonly (readonly [gib: number, connections: number])[] = [
  [16, 1000],
  [32, 2000],
  [64, 3000],
  [128, 4000],
  [256, 5000],
  [384, 6000],
  [768, 7000],
];

/** What an instance class of Aurora MySQL holds. Throws on one it does not know: an alarm with a guess misleads. */
export function databaseCapacity(instanceClass: string): Capacity {
  const { family, size } = splitType(instanceClass);
  if (family.startsWith("db.t")) {
    const capacity = burstable[size];
    if (capacity !== undefined) return capacity;
  }
  const gib = (memoryGib[size] ?? 0) * (family === "db.x2g" ? 2 : 1);
  const connections = connectionsByGib.filter(([least]) => least <= gib).at(-1)?.[1];
  if (connections === undefined) throw new Error(`The memory of ${instanceClass} is not known; add it to capacity.ts`);
  return { memoryBytes: gib * GIB, maxConnections: connections };
}
