import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ECS } from "@aws-sdk/client-ecs";
import { Progress } from "../backup/progress";
import { targetsFor } from "../backup/places";
import { interval, moment, span, tokyo } from "../backup/units";
import { type Drill, markdown, type Step, table, verdictOf } from "../drill/report";
import { faultsOf, inspect } from "../drill/inspect";
import { addInstance, likeCluster, removeScratch, restoreScratch, untilCluster, untilInstance } from "../drill/scratch";
import { type Ground, groundAcross, groundInRegion } from "../drill/source";
import type { ExitReason } from "../exit-codes";
import { Failure } from "../failure";
import { confirmStack } from "../prompt";
import { columns } from "../terminal";
import type { ChangeOptions, Context, Verb } from "../verb";

interface Options extends ChangeOptions {
  readonly region?: string;
  readonly class?: string;
  readonly since?: string;
  readonly report?: string;
  readonly keep: boolean;
  readonly interval?: string;
}

export const drill: Verb<Options> = {
  path: "drill",
  summary: "recovers the database beside the one in use, measures RPO and RTO, and takes it away again",
  description:
    "In the region: restores the latest restorable time into a scratch cluster with the network and settings of the one in " +
    "use, adds an instance, looks into the data with a task (tables, rows, the newest row), and deletes it in every case. " +
    "With --region, from the newest recovery point that was copied there, in the network of the recovery stack. Prints what " +
    "was measured beside the targets of the stack file and writes a report; ends with 9 when a target is missed. The " +
    "cluster in use is only read.",
  changes: true,
  timeoutSeconds: 6 * 3600,
  options: [
    { flags: "--region <region>", description: "recover there, from the copies: ap-northeast-3" },
    {
      flags: "--since <time>",
      description: "when the recovery began, if steps came before this command (default: now)",
    },
    { flags: "--class <class>", description: "of the scratch instance (default: that of the writer)" },
    { flags: "--report <folder>", description: "where the report goes (default: .operations/drills)" },
    { flags: "--keep", description: "leave the scratch cluster; the next drill deletes it" },
    { flags: "--interval <seconds>", description: "between two looks (default: 15)" },
  ],
  examples: [
    { command: "npm run operations -- drill --stack production", says: "a recovery in the region" },
    {
      command: "npm run operations -- drill --stack production --region ap-northeast-3",
      says: "from the copies in Osaka",
    },
    {
      command: "npm run operations -- drill --stack production --yes production --json --report reports",
      says: "in a pipeline: nobody is asked, the reports are kept",
    },
  ],

  async run(context, options) {
    const { stack, terminal } = context;
    const lookSeconds = interval(options.interval);
    const began = options.since === undefined ? new Date() : moment(options.since, "--since");
    const across = options.region !== undefined && options.region !== stack.facts.region;
    const ground = across ? await groundAcross(context, options.region ?? "") : await groundInRegion(context);
    const name = stack.facts.name("rdsCluster", "drill");
    let scratch = false;
    context.atEnd(async () => {
      if (scratch) await takeAway(ground, name, lookSeconds);
      await ground.close?.();
    });
    const { region } = ground.context.stack.facts;
    terminal.say(`Recovers ${ground.text} into ${name} in ${region}.`);
    terminal.say(
      `The data will be that of ${tokyo(ground.shows)}, ${span(began.getTime() - ground.shows.getTime())} before.`,
    );
    if (options.dryRun) {
      terminal.say("Dry run: nothing was restored.");
      if (options.json)
        terminal.json({ stack: stack.stack, region, result: "dryRun", source: ground.text, shows: ground.shows });
      return "ok";
    }
    await confirmStack(context.prompt, stack.stack, stack.facts.environment, options.yes);
    if (options.keep) terminal.warn(`${name} stays, and is paid, until the next drill.`);
    scratch = !options.keep;
    const done = await recover(ground, { name, began, lookSeconds, options });
    const result = { stack: stack.stack, region, began, targets: targetsFor(stack, across), ...done };
    return tell(context, options, result);
  },
};

interface Course {
  readonly name: string;
  readonly began: Date;
  readonly lookSeconds: number;
  readonly options: Options;
}

/** Each step measured; the scratch goes however this ends. */
async function recover(ground: Ground, { name, began, lookSeconds, options }: Course) {
  const { context, targets, source, shows } = ground;
  const { terminal, signal } = context;
  const rds = await context.aws.rds();
  const progress = await Progress.begin(terminal, "Drill");
  const waiting = { signal, lookSeconds, said: (status: string) => progress.update({}, status) };
  if (await removeScratch(rds, name, waiting)) terminal.say(`Deleted ${name}, which an earlier drill had left.`);
  const like = await likeCluster(rds, targets.database.clusterIdentifier);

  const steps: Step[] = [];
  let mark = options.since === undefined ? Date.now() : began.getTime();
  const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const result = await work();
    const seconds = (Date.now() - mark) / 1000;
    mark = Date.now();
    steps.push({ name: what, seconds, source: "measured" });
    terminal.say(`${what}: ${span(seconds * 1000)}`);
    return result;
  };
  if (options.since !== undefined) await step("before this command", () => Promise.resolve());
  await step("restore requested", () => restoreScratch(rds, name, source, like));
  const cluster = await step("cluster available", () => untilCluster(rds, name, waiting));
  await step("instance available", async () => {
    await addInstance(rds, name, options.class ?? like.instanceClass);
    await untilInstance(rds, name, waiting);
  });
  const endpoint = cluster.Endpoint ?? "";
  const found = await step("data looked into", () => inspect(context, targets, endpoint, lookSeconds));
  progress.end();
  const roll = await lastRoll(await context.aws.ecs(), ground);
  return {
    ...{ source: ground.text, shows, showsSource: ground.showsSource, bytes: ground.bytes, found },
    ...{ steps: [...steps, ...roll], faults: faultsOf(found, shows) },
  };
}

async function takeAway({ context }: Ground, name: string, lookSeconds: number): Promise<void> {
  const { terminal, aws } = context;
  // Its own signal: this is what is done after --timeout and Ctrl-C, too.
  const waiting = { signal: new AbortController().signal, lookSeconds, said: () => undefined };
  if (await removeScratch(await aws.rds(), name, waiting)) terminal.say(`Deleted ${name}.`);
}

/** The drill rolls no service: how long that takes is taken from the last time that it was done. */
async function lastRoll(ecs: ECS, { targets, context }: Ground): Promise<Step[]> {
  const { serviceDeployments: [last] = [] } = await ecs.listServiceDeployments({
    ...{ cluster: targets.cluster.name, service: targets.services.web.name, status: ["SUCCESSFUL"], maxResults: 1 },
  });
  const { startedAt, finishedAt } = last ?? {};
  if (startedAt === undefined || finishedAt === undefined) {
    context.terminal.warn("No successful deployment is on record: the time to roll the services is not in the RTO.");
    return [];
  }
  const seconds = (finishedAt.getTime() - startedAt.getTime()) / 1000;
  return [{ name: "services rolled", seconds, source: `not done: the last deployment, ${tokyo(finishedAt)}` }];
}

function tell({ terminal, stack }: Context, options: Options, result: Drill): ExitReason {
  const verdict = verdictOf(result);
  const folder = path.resolve(stack.root, options.report ?? ".operations/drills");
  mkdirSync(folder, { recursive: true });
  const file = path.join(
    folder,
    `${result.stack}-${result.region}-${result.began.toISOString().slice(0, 16).replaceAll(":", "")}`,
  );
  writeFileSync(`${file}.md`, markdown(result, verdict));
  writeFileSync(`${file}.json`, `${JSON.stringify({ ...result, ...verdict }, undefined, 2)}\n`);
  for (const row of columns(table(result, verdict))) terminal.say(row);
  terminal.say(`Report: ${path.relative(process.cwd(), file)}.md, .json`);
  if (options.json) terminal.json({ ...result, ...verdict });
  if (result.faults.length > 0)
    throw new Failure("failed", `The restored data is not right: ${result.faults.join("; ")}.`);
  if (verdict.missed.length === 0) return "ok";
  throw new Failure("targetMissed", `${verdict.missed.join(" and ")} missed: see the report.`);
}
