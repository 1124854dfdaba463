import { arn } from "../../config/arn";
import { asFailure } from "../aws";
import { GIVEN_UP, listDumps } from "../backup/dumps";
import { type Begun, beginRecoveryPoint, type Made } from "../backup/jobs";
import { placesOf } from "../backup/places";
import { beginRedisSnapshot } from "../backup/redis-snapshot";
import { beginDump, type Seen } from "../backup/stepping";
import { interval, tokyo, whole } from "../backup/units";
import { Failure } from "../failure";
import { confirmStack } from "../prompt";
import { readTargets } from "../targets";
import type { ChangeOptions, Context, Verb } from "../verb";

interface Options extends ChangeOptions {
  readonly database: boolean;
  readonly uploads: boolean;
  readonly redis: boolean;
  readonly dump: boolean;
  readonly within?: string;
  readonly interval?: string;
}

/** A copy that can be asked for. */
interface Task {
  readonly what: string;
  /** What is said when it begins; the runbook's words where it has some. */
  readonly says: string;
  readonly into: string;
  readonly begin: () => Promise<Begun>;
}

export const backupNow: Verb<Options> = {
  path: "backup now",
  summary: "copies at once: the database, uploads, Redis, a logical dump; followed to their end",
  description:
    "Begins jobs of AWS Backup for the database and the buckets, in the stack's vault and for as long as the daily plan " +
    "keeps its own, a logical dump, and a snapshot of each Redis group (the newest three stay); all of them, or those " +
    "that are named. What was begun within the last minutes is followed instead of begun anew, so the command can be run again after Ctrl-C, " +
    "which ends no job. Ends well only when every copy is there.",
  changes: true,
  timeoutSeconds: 12 * 3600,
  options: [
    { flags: "--database", description: "the database, by AWS Backup" },
    { flags: "--uploads", description: "uploads, by AWS Backup" },
    { flags: "--redis", description: "a snapshot of each Redis group, by ElastiCache" },
    { flags: "--dump", description: "a logical dump of the database, from a clone" },
    { flags: "--within <minutes>", description: "what was begun so lately counts, 0 to 1440 (default: 30)" },
    { flags: "--interval <seconds>", description: "between two looks (default: 15)" },
  ],
  examples: [
    { command: "npm run operations -- backup now --stack production", says: "everything, before something risky" },
    {
      command: "npm run operations -- backup now --stack production --database",
      says: "a recovery point of the database",
    },
    { command: "npm run operations -- backup now --stack production --dry-run", says: "which copies, and where to" },
  ],

  async run(context, options) {
    const { stack, terminal } = context;
    const tasks = await tasksOf(context, options);
    for (const { what, into } of tasks) terminal.say(`${what}: into ${into}`);
    if (options.dryRun) {
      terminal.say("Dry run: nothing was begun.");
      if (options.json) terminal.json({ stack: stack.stack, result: "dryRun", copies: tasks.map(({ what }) => what) });
      return "ok";
    }
    await confirmStack(context.prompt, stack.stack, stack.facts.environment, options.yes);
    const { made, faults } = await carryOut(context, tasks);
    if (options.json)
      terminal.json({ stack: stack.stack, result: faults.length === 0 ? "ok" : "failed", made, faults });
    if (faults.length === 0) {
      terminal.say(`Backup completed: ${tokyo(new Date())}`);
      return "ok";
    }
    for (const { what, message } of faults) terminal.error(`${what}: ${message}`);
    throw new Failure("failed", `${faults.length} of ${tasks.length} copies were not made.`);
  },
};

/** One that fails takes none of the others with it. */
async function carryOut({ terminal, signal }: Context, tasks: readonly Task[]) {
  const faults: { what: string; message: string }[] = [];
  const made: Made[] = [];
  const note = (what: string, error: unknown) => {
    signal.throwIfAborted();
    faults.push({ what, message: asFailure(error).message });
  };
  const begun: (readonly [string, Begun])[] = [];
  for (const { what, says, begin } of tasks) {
    terminal.say(says);
    try {
      begun.push([what, await begin()]);
    } catch (error) {
      note(what, error);
    }
  }
  for (const [what, follow] of begun) {
    try {
      made.push(await follow());
    } catch (error) {
      note(what, error);
    }
  }
  return { made, faults };
}

async function tasksOf(context: Context, options: Options): Promise<Task[]> {
  const { stack, aws } = context;
  const { facts } = stack;
  const lookSeconds = interval(options.interval);
  const within = whole(options.within, "--within", 30, [0, 1440]);
  const targets = await readTargets(aws, stack);
  const { vaults, uploads, backups } = placesOf(stack);
  const vault = vaults[0].name;
  const keptDays = whole(textOf(stack.block("backup")["dailyDays"]), "backup.dailyDays", 35, [1, 36_500]);
  const roleArn = arn(facts, "iam", `role/${facts.name("iamRole", "backup")}`);
  const point = (what: string, says: string, resourceArn: string): Task => ({
    ...{ what, says, into: `vault ${vault}, kept ${keptDays} days` },
    begin: () => beginRecoveryPoint(context, { what, resourceArn, vault, roleArn, keptDays }, { within, lookSeconds }),
  });
  const redis = (purpose: "sessions" | "cache"): Task => ({
    ...{ what: `redis ${purpose}`, says: "Creating Redis snapshot...", into: "ElastiCache, by hand" },
    begin: () => beginRedisSnapshot(context, purpose, { within, lookSeconds }),
  });
  const { clusterIdentifier } = targets.database;
  const all = {
    database: [point("database", "Starting database backup...", arn(facts, "rds", `cluster:${clusterIdentifier}`))],
    uploads: [point("uploads", "Starting file backup...", `arn:aws:s3:::${uploads}`)],
    redis: [redis("sessions"), redis("cache")],
    dump: [
      {
        ...{ what: "dump", says: "Starting database dump...", into: `bucket ${backups}` },
        begin: () => beginDump(context, "dump", { lookSeconds, look: (place) => lookAtDump(context, backups, place) }),
      },
    ],
  };
  const named = (["database", "uploads", "redis", "dump"] as const).filter((key) => options[key]);
  if (named.length > 0) return named.flatMap((key): Task[] => all[key]);
  const { tableName } = targets.releaseGate;
  return [
    ...Object.values(all).flat(),
    point("assets", "Starting backup of built files...", `arn:aws:s3:::${facts.name("bucket", "assets")}`),
    point("release gate", "Starting backup of the gate's table...", arn(facts, "dynamodb", `table/${tableName}`)),
  ];
}

async function lookAtDump({ aws }: Context, bucket: string, place: string): Promise<Seen> {
  const folder = place.replace(`s3://${bucket}/`, "");
  const s3 = await aws.s3();
  const [dump] = await listDumps(s3, bucket, `${folder}/`);
  if (dump === undefined) return { bytes: 0 };
  if (dump.finished !== undefined) return { bytes: dump.bytes, end: "good" };
  if (!dump.givenUp) return { bytes: dump.bytes };
  const { Body } = await s3.getObject({ Bucket: bucket, Key: `${folder}/${GIVEN_UP}` });
  const { reason } = JSON.parse((await Body?.transformToString()) ?? "{}") as { reason?: string };
  return { bytes: dump.bytes, end: { failed: reason ?? "no reason was written" } };
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
