// Where things are, and what runs there.
import fc from "fast-check";
import { countableRules } from "../../components/edge/web-acl-rules";
import { LEAST_WEB_MEMORY } from "../../components/compute/containers";
import { LEAST_BAKE_MINUTES } from "../../components/compute/settings-rules";
import { AGENT_MEMORY_MIB, LEAST_MEMORY_BESIDE_AGENT_MIB } from "../../config/agent";
import { firstFree, usableAddresses } from "../../config/cidr";
import { cpuSizes, memorySizes } from "../../config/fargate";
import { regions } from "../../config/regions";
import type { Environment } from "../../config/stack";
import { block, retention, schemaOf, type Block } from "./blocks";
import { accepted, type Overrides } from "./schema";
import { least, mayBe } from "./thresholds";

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
/** A certificate takes nine of them beside the origin's; the load balancer compares four; six may wait. */
const NAMES = 9;
const OWN = 4;
const WAITING = 6;

export function domain(): fc.Arbitrary<Block> {
  return fc
    .record({
      zone: label,
      top: fc.constantFrom("com", "jp", "co.jp", "example"),
      zoneId: accepted(schemaOf("domain.zoneId")),
      labels: fc.uniqueArray(label, { minLength: 3, maxLength: NAMES }),
      apex: fc.boolean(),
      own: fc.integer({ min: 1, max: OWN }),
      waiting: fc.boolean(),
    })
    .chain(({ zone, top, zoneId, labels, apex, own, waiting }) => {
      const zoneName = `${zone}.${top}`;
      const [origin = "", ...under] = labels.map((one) => `${one}.${zoneName}`);
      return fc.shuffledSubarray([...under, ...(apex ? [zoneName] : [])], { minLength: 1 }).map((names) => {
        const [hostnames, others] = [names.slice(0, own), names.slice(own, own + WAITING)];
        const standbyFor = waiting && others.length > 0 ? { standbyFor: others } : {};
        return { zoneName, zoneId, hostnames, ...standbyFor, originHostname: origin };
      });
    });
}

export function networkOf(environment: Environment, region: keyof typeof regions): fc.Arbitrary<Block> {
  const { letters, zoneIds, withoutVpcOrigins, cloudFrontPrefixListId } = regions[region];
  const usable = zoneIds.filter((id) => !withoutVpcOrigins.includes(id));
  const zones = fc
    .tuple(
      fc.shuffledSubarray([...letters], { minLength: 3, maxLength: 3 }),
      fc.shuffledSubarray([...usable], { minLength: 3, maxLength: 3 }),
    )
    .map(([names, ids]) => names.map((letter, index) => ({ name: `${region}${letter}`, id: ids[index] })));
  return fc
    .record({
      zones,
      base: fc.oneof(
        fc.integer({ min: 0, max: 255 }).map((second) => `10.${second}.0.0/16`),
        fc.integer({ min: 16, max: 31 }).map((second) => `172.${second}.0.0/16`),
      ),
      sizes: fc.record({ publicCidrs: prefix(24, 28), privateCidrs: prefix(20, 24), dataCidrs: prefix(24, 28) }),
      natGateways: mayBe(environment, "singleGateway")
        ? fc.constantFrom("OnePerAz", "Single")
        : fc.constant("OnePerAz"),
      flowLogRetentionDays: retention(environment),
    })
    .map(({ base, sizes, ...rest }) => {
      const taken: string[] = [];
      const tiers = Object.entries(sizes).map(([tier, size]) => [
        tier,
        [0, 1, 2].map(() => {
          const free = firstFree(base, size, taken) ?? "";
          taken.push(free);
          return free;
        }),
      ]);
      return { cidr: base, cloudFrontPrefixListId, ...rest, ...(Object.fromEntries(tiers) as Block) };
    });
}
const prefix = (min: number, max: number) => fc.integer({ min, max });

/** With room for Datadog's agent, whether it is there or not. */
function sizeOf(role: "web" | "worker" | "scheduler" | "task"): fc.Arbitrary<{ cpuUnits: number; memoryMiB: number }> {
  const beside = role === "task" ? 0 : LEAST_MEMORY_BESIDE_AGENT_MIB[role] + AGENT_MEMORY_MIB;
  const smallest = Math.max(beside, role === "web" ? LEAST_WEB_MEMORY + AGENT_MEMORY_MIB : 0);
  const sizes = cpuSizes.flatMap((cpuUnits) =>
    memorySizes(cpuUnits).flatMap((memoryMiB) => (memoryMiB >= smallest ? [{ cpuUnits, memoryMiB }] : [])),
  );
  return fc.constantFrom(...sizes);
}

export function computeOf(environment: Environment, network: Block): fc.Arbitrary<Block> {
  const room = (network["privateCidrs"] as string[]).reduce((sum, cidr) => sum + usableAddresses(cidr), 0);
  // A release runs both kinds of task twice, and 62 addresses are others'.
  const most = Math.max(4, Math.floor((room - 62) / 4));
  const tasks = fc
    .tuple(fc.integer({ min: least(environment, "tasks"), max: most }), fc.integer({ min: 0, max: most }))
    .map(([minTasks, more]) => ({ minTasks, maxTasks: Math.min(most, minTasks + more) }));
  const times = fc
    .tuple(fc.integer({ min: 1, max: 119 }), fc.nat(119), fc.integer({ min: 1, max: 3600 }))
    .map(([job, stop, retry]) => ({
      jobTimeoutSeconds: job,
      stopTimeoutSeconds: Math.min(120, job + 1 + stop),
      retryAfterSeconds: job + retry,
    }));
  const rest = block("compute", {
    "compute.web.bakeMinutes": fc.integer({ min: LEAST_BAKE_MINUTES, max: 1440 }),
    "compute.web.memoryMiB": fc.constant(2048),
    "compute.worker.stopTimeoutSeconds": fc.constant(120),
  });
  const sizes = fc.record({
    web: sizeOf("web"),
    worker: sizeOf("worker"),
    scheduler: sizeOf("scheduler"),
    task: sizeOf("task"),
  });
  return fc
    .record({ rest, sizes, web: tasks, worker: tasks, times })
    .map(({ rest: all, sizes: size, web, worker, times: time }) => ({
      ...all,
      web: { ...(all["web"] as Block), ...size.web, ...web },
      worker: { ...(all["worker"] as Block), ...size.worker, ...worker, ...time },
      scheduler: size.scheduler,
      task: size.task,
    }));
}

/** Patterns under a folder of their own share no path. */
const folder = label.map((name) => `/${name}/*`);
export const EDGE: Overrides = {
  "edge.countOnlyRules": fc.subarray([...countableRules()], { maxLength: 50 }),
  "edge.uncachedPaths": fc.uniqueArray(
    folder.map((path) => `/u${path}`),
    { maxLength: 30 },
  ),
  "edge.staticPaths": fc.uniqueArray(
    folder.map((path) => `/s${path}`),
    { maxLength: 30 },
  ),
};
