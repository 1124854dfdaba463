import type { ElastiCache, Snapshot } from "@aws-sdk/client-elasticache";
import { Failure } from "../failure";
import { pause } from "../invoke";
import type { Context } from "../verb";
import type { Begun } from "./jobs";
import { Progress } from "./progress";
import { isGenerationOf } from "./snapshots";
import { span } from "./units";

/** Snapshots by hand never expire: the oldest of a group's own go when there are more. */
const KEPT = 3;

/** A snapshot of one Redis group by hand, unless one was made within the last minutes. */
export async function beginRedisSnapshot(
  { aws, stack, terminal, signal }: Context,
  purpose: "sessions" | "cache",
  { within, lookSeconds }: { readonly within: number; readonly lookSeconds: number },
): Promise<Begun> {
  const elastiCache = await aws.elastiCache();
  const prefix = `${stack.facts.name("replicationGroup", "now", purpose)}-`;
  const what = `redis ${purpose}`;
  const own = await ownSnapshots(elastiCache, prefix);
  const newest = own.at(-1);
  const known = newest !== undefined && timeOf(newest, prefix) >= Date.now() - within * 60_000 ? newest : undefined;
  const name = known?.SnapshotName ?? prefix + new Date().toISOString().slice(0, 19).replace(/\D/g, "");
  if (known === undefined) {
    const CacheClusterId = await nodeOf(elastiCache, stack.facts.name("replicationGroup", purpose));
    // Of a node: a group without cluster mode has no snapshot of its own. Source: ElastiCache CreateSnapshot.
    await elastiCache.createSnapshot({ CacheClusterId, SnapshotName: name });
  }
  terminal.say(
    known === undefined ? `${what}: snapshot ${name} has begun.` : `${what}: following ${name}, begun before.`,
  );
  return async () => {
    const progress = await Progress.begin(terminal, what);
    const began = Date.now();
    try {
      for (;;) {
        const { Snapshots: [found] = [] } = await elastiCache.describeSnapshots({ SnapshotName: name });
        const status = found?.SnapshotStatus ?? "missing";
        if (status === "available") break;
        if (status === "failed" || status === "missing")
          throw new Failure("failed", `the snapshot ${name} is ${status}`);
        progress.update({}, status);
        await pause(lookSeconds, signal);
      }
    } finally {
      progress.end();
    }
    terminal.say(`${what}: done in ${span(Date.now() - began)}: ${name}`);
    const surplus = (await ownSnapshots(elastiCache, prefix)).slice(0, -KEPT);
    for (const { SnapshotName = "" } of surplus) {
      await elastiCache.deleteSnapshot({ SnapshotName });
      terminal.say(`${what}: deleted ${SnapshotName}; the newest ${KEPT} stay.`);
    }
    return { what, id: name, result: known === undefined ? "made" : "followed" };
  };
}

/** By their names, the oldest first. */
async function ownSnapshots(elastiCache: ElastiCache, prefix: string): Promise<Snapshot[]> {
  const { paginateDescribeSnapshots } = await import("@aws-sdk/client-elasticache");
  const own: Snapshot[] = [];
  for await (const { Snapshots = [] } of paginateDescribeSnapshots(
    { client: elastiCache },
    { SnapshotSource: "user" },
  )) {
    own.push(
      ...Snapshots.filter(
        ({ SnapshotName = "", SnapshotStatus }) =>
          SnapshotName.startsWith(prefix) && SnapshotStatus !== "deleting" && SnapshotStatus !== "failed",
      ),
    );
  }
  return own.sort((a, b) => ((a.SnapshotName ?? "") < (b.SnapshotName ?? "") ? -1 : 1));
}

function timeOf({ SnapshotName = "" }: Snapshot, prefix: string): number {
  const digits = SnapshotName.slice(prefix.length);
  return new Date(digits.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, "$1-$2-$3T$4:$5:$6Z")).getTime();
}

/** A replica where there is one: the snapshot forks the node, which costs its memory. */
async function nodeOf(elastiCache: ElastiCache, group: string): Promise<string> {
  const { ReplicationGroups = [] } = await elastiCache.describeReplicationGroups({});
  const generations = ReplicationGroups.filter(({ ReplicationGroupId }) => isGenerationOf(group, ReplicationGroupId));
  // The highest number is the one in use.
  const found = generations.sort((a, b) => number(a.ReplicationGroupId) - number(b.ReplicationGroupId)).at(-1);
  const members = found?.NodeGroups?.flatMap(({ NodeGroupMembers = [] }) => NodeGroupMembers) ?? [];
  const node = members.find(({ CurrentRole }) => CurrentRole === "replica") ?? members[0];
  const id = node?.CacheClusterId ?? found?.MemberClusters?.[0];
  if (id === undefined) throw new Failure("refused", `There is no node of ${group}.`);
  return id;
}

const number = (group = ""): number => Number(/-g(\d+)$/.exec(group)?.[1] ?? 0);
