import type { DBClusterSnapshot, RDS } from "@aws-sdk/client-rds";
import { Failure } from "../failure";
import { pause } from "../invoke";
import type { Context } from "../verb";
import { Progress } from "./progress";
import { span, tokyo } from "./units";

/**
 * A snapshot of the cluster as it is now, before anything takes its place: what was written since the time that is
 * restored is in it and nowhere else. One that was made within the last minutes is taken again.
 */
export async function safetySnapshot(
  { aws, stack, terminal, signal }: Context,
  cluster: string,
  { within, lookSeconds }: { readonly within: number; readonly lookSeconds: number },
): Promise<string> {
  const rds = await aws.rds();
  const prefix = `${stack.facts.name("rdsSnapshot", "safety")}-`;
  const known = within === 0 ? undefined : await lately(rds, cluster, prefix, within);
  const name = known?.DBClusterSnapshotIdentifier ?? prefix + new Date().toISOString().replace(/\D/g, "");
  if (known === undefined) {
    await rds.createDBClusterSnapshot({
      DBClusterIdentifier: cluster,
      DBClusterSnapshotIdentifier: name,
      Tags: [
        { Key: "ManagedBy", Value: "operations" },
        { Key: "Environment", Value: stack.facts.environment },
      ],
    });
    terminal.say(`Safety snapshot ${name} of ${cluster} has begun.`);
  } else {
    terminal.say(`Safety snapshot ${name} of ${tokyo(known.SnapshotCreateTime ?? new Date())} is taken.`);
  }
  const progress = await Progress.begin(terminal, "Safety snapshot", { count: 100 });
  const began = Date.now();
  try {
    for (;;) {
      const { DBClusterSnapshots = [] } = await rds.describeDBClusterSnapshots({ DBClusterSnapshotIdentifier: name });
      const { Status = "missing", PercentProgress = 0 } = DBClusterSnapshots[0] ?? {};
      if (Status === "available") break;
      if (Status === "failed" || Status === "missing") {
        throw new Failure("failed", `The safety snapshot ${name} is ${Status}. Nothing was changed.`);
      }
      progress.update({ count: PercentProgress }, Status);
      await pause(lookSeconds, signal);
    }
  } finally {
    progress.end();
  }
  terminal.say(`Safety snapshot: there after ${span(Date.now() - began)}. It stays until somebody deletes it.`);
  return name;
}

async function lately(
  rds: RDS,
  cluster: string,
  prefix: string,
  within: number,
): Promise<DBClusterSnapshot | undefined> {
  const { paginateDescribeDBClusterSnapshots } = await import("@aws-sdk/client-rds");
  const since = Date.now() - within * 60_000;
  const found: DBClusterSnapshot[] = [];
  const asked = { DBClusterIdentifier: cluster, SnapshotType: "manual" };
  for await (const { DBClusterSnapshots = [] } of paginateDescribeDBClusterSnapshots({ client: rds }, asked)) {
    found.push(
      ...DBClusterSnapshots.filter(
        ({ DBClusterSnapshotIdentifier: name = "", SnapshotCreateTime, Status }) =>
          name.startsWith(prefix) && Status !== "failed" && (SnapshotCreateTime?.getTime() ?? Date.now()) >= since,
      ),
    );
  }
  return found.at(-1);
}
