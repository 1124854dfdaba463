// The makespan as Markdown, and its critical path as a drawing.
import { availableParallelism } from "node:os";
import { PARALLEL } from "../toolchain/update";
import { criticalPath, orderedOnPurpose, schedule, type StateResource, type Timed } from "./makespan";
import { bars } from "./chart";

/** Pulumi's own default for `--parallel`: four for each processor. */
const PER_PROCESSOR = 4;
/** What an architecture cannot make faster: the database and the edge. */
const SLOW = /^aws:(rds|cloudfront)\//;

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;
const shortType = (type: string): string => type.replace(/\/\w+:/, ":");

function why({ waited }: Timed): string {
  if (waited === undefined) return "nothing";
  const from = `\`${nameOf(waited.from)}\``;
  if (waited.kind === "data")
    return `${from}: takes its ${waited.properties.map((name) => `\`${name}\``).join(", ")} from it`;
  return waited.kind === "parent" ? `${from}: is in it` : `${from}: by \`dependsOn\``;
}

export interface MakespanReport {
  readonly table: string;
  readonly svg: string;
}

export function makespanReport(resources: readonly StateResource[]): MakespanReport {
  const parallel = PER_PROCESSOR * availableParallelism();
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const rows = [1, 2].flatMap((scale) => {
    const critical = schedule(resources, Infinity, scale);
    const path = criticalPath(critical);
    const slow = path.filter(({ type }) => SLOW.test(type)).reduce((sum, { begun, ended }) => sum + ended - begun, 0);
    return [...new Set([PARALLEL, parallel])].map((limit) => {
      const { seconds } = schedule(resources, limit, scale);
      const cells = [seconds.toFixed(0), critical.seconds.toFixed(0), (seconds / critical.seconds).toFixed(3)];
      return `| ${scale} | ${limit} | ${cells.join(" | ")} | ${((slow / critical.seconds) * 100).toFixed(0)} % |`;
    });
  });
  const path = criticalPath(schedule(resources, Infinity)).filter(({ begun, ended }) => ended > begun);
  const ordered = orderedOnPurpose(resources);
  const typeOf = (urn: string) => shortType(byUrn.get(urn)?.type ?? "");
  const pairs = new Map<string, string[]>();
  for (const { urn, edge } of ordered) {
    const pair = `${typeOf(urn)} | ${typeOf(edge.from)}`;
    pairs.set(pair, [...(pairs.get(pair) ?? []), nameOf(urn)]);
  }
  const table = [
    "| times of the table | creations at once | makespan, s | critical path, s | ratio | of the path in Aurora or CloudFront |",
    "|---:|---:|---:|---:|---:|---:|",
    ...rows,
    "",
    `Virtual time: the state's ${resources.length} resources and dependencies, creation times of sandbox/providers/aws/times.ts (estimates, unverified). ` +
      `\`npm run up\` creates ${PARALLEL} at once; the engine by itself four for each processor, here ${parallel}. Goal: at most 1.05, and 90 %.`,
    "",
    "| critical path | type | from, s | to, s | waited for |",
    "|---|---|---:|---:|---|",
    ...path.map(
      (step) =>
        `| \`${nameOf(step.urn)}\` | ${shortType(step.type)} | ${step.begun.toFixed(1)} | ${step.ended.toFixed(1)} | ${why(step)} |`,
    ),
    "",
    "| order by `dependsOn` that no value gives | after | how often | such as |",
    "|---|---|---:|---|",
    ...[...pairs].map(([pair, list]) => `| ${pair} | ${list.length} | \`${list[0] ?? ""}\` |`),
  ].join("\n");
  const svg = bars(
    "Critical path of the first update, seconds",
    path.map(({ urn, type, begun, ended }) => ({
      label: `${nameOf(urn)} (${shortType(type)})`,
      from: begun,
      to: ended,
    })),
  );
  return { table, svg };
}
