import { backupFunctionMetrics, redisExportLimits } from "../../config/backup-functions";
import { metricLine } from "../shared/metric-line";
import { hoursSince, latestDue, slotId } from "../shared/slots";
import { Steps } from "../shared/steps";
import {
  createSnapshot,
  deleteSnapshot,
  exportSnapshot,
  findSnapshots,
  isExported,
  isNotNow,
  type Snapshot,
  snapshotName,
  type World,
} from "./snapshots";

/** The next step with a snapshot. */
export type Action =
  | { readonly do: "wait"; readonly why: string }
  | { readonly do: "export" }
  | { readonly do: "delete"; readonly why: string };

export function decide({ status, at }: Snapshot, exported: boolean, now: Date): Action {
  if (status === "deleting") return { do: "wait", why: "it is being deleted" };
  if (hoursSince(at, now) >= redisExportLimits.snapshotHours) {
    return {
      do: "delete",
      why: `it is ${redisExportLimits.snapshotHours} hours old${exported ? "" : " and not exported"}`,
    };
  }
  if (status === "failed") return { do: "delete", why: "ElastiCache says that it failed" };
  if (status !== "available") return { do: "wait", why: `it is ${status}` };
  return exported ? { do: "delete", why: "it is in the bucket" } : { do: "export" };
}

/**
 * Looks at the snapshots that are there and makes the next step with each, then begins what is due. Nothing is remembered
 * between two calls: what is under way is seen in ElastiCache, what is done in the bucket.
 */
export function createHandler(connect: () => World): () => Promise<void> {
  return async () => {
    const world = connect();
    const { settings, say } = world;
    const steps = new Steps(say);
    const snapshots = await findSnapshots(world);

    for (const snapshot of snapshots) {
      await steps.attempt(snapshot.name, async () => {
        const action = decide(snapshot, await isExported(world, snapshot.name), world.now());
        say(`${snapshot.name}: ${action.do}${"why" in action ? ` (${action.why})` : ""}`);
        await patiently(world, snapshot.name, () => carryOut(world, snapshot, action));
      });
    }
    const now = world.now();
    const due = latestDue(now, settings.startAt);
    const exported: boolean[] = [];
    for (const [purpose, replicationGroupId] of Object.entries(settings.groups)) {
      const name = snapshotName(settings, purpose, slotId(due));
      await steps.attempt(replicationGroupId, async () => {
        const there = await isExported(world, name);
        exported.push(there);
        const late = hoursSince(due, now) >= redisExportLimits.beginHours;
        if (there || late || snapshots.some((snapshot) => snapshot.name === name)) return;
        await patiently(world, name, async () => {
          await createSnapshot(world, replicationGroupId, name);
          say(`${name}: begun, of ${replicationGroupId}`);
        });
      });
    }
    writeMetrics(world, snapshots, exported.length === Object.keys(settings.groups).length && exported.every(Boolean));
    steps.end();
  };
}

async function carryOut(world: World, { name }: Snapshot, action: Action): Promise<void> {
  if (action.do === "export") await exportSnapshot(world, name);
  if (action.do === "delete") await deleteSnapshot(world, name);
}

/** ElastiCache refuses by state what it will do later: that is no error of a call that comes again. */
async function patiently({ say }: World, name: string, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!isNotNow(error)) throw error;
    say(`${name}: not yet (${error.name}: ${error.message})`);
  }
}

/** Written in any case: what fails shows in them, and a function that never runs in their absence. */
function writeMetrics({ settings, now, write }: World, snapshots: readonly Snapshot[], exported: boolean): void {
  const { namespace, dimension, names } = backupFunctionMetrics;
  const ages = snapshots.map(({ at }) => (now().getTime() - at.getTime()) / 1000);
  write(
    metricLine(
      namespace,
      { [dimension]: settings.environment },
      [
        { name: names.redisExported, unit: "Count", value: exported ? 1 : 0 },
        { name: names.redisSnapshotAge, unit: "Seconds", value: Math.max(0, ...ages) },
      ],
      now(),
    ),
  );
}
