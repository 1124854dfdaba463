import { dumpExitCodes, scratchDatabase } from "../../config/dump";
import { type Dump, verificationKey } from "../backup/dumps";
import { engineRevision, restoreOnce } from "../backup/engine-task";
import { findDump } from "../backup/find-dump";
import { placesOf } from "../backup/places";
import { Progress } from "../backup/progress";
import { interval, size, span, tokyo } from "../backup/units";
import type { Ended } from "../console/once";
import { addInstance, likeCluster, removeScratch, restoreScratch, untilCluster, untilInstance } from "../drill/scratch";
import { Failure } from "../failure";
import { confirmStack } from "../prompt";
import { readTargets } from "../targets";
import type { Targets } from "../../config/targets";
import type { ChangeOptions, Context, Verb } from "../verb";

interface Options extends ChangeOptions {
  readonly class?: string;
  readonly interval?: string;
}

/** A task that a fault outside ended is started again, and goes on where it was. */
const TRIES = 3;

export const backupVerify: Verb<Options> = {
  path: "backup verify",
  summary: "restores a dump into a scratch database, compares every row, and writes down what came of it",
  description:
    "Clones the database (copy-on-write), has the dump's engine restore into the database " +
    `${scratchDatabase} of the clone and compare definitions and every row with the manifest, deletes the clone in every ` +
    "case, and writes the result beside the manifest, where `backup list` reads it. The engine's user can only read the " +
    "application's schema, on the clone too.",
  changes: true,
  timeoutSeconds: 12 * 3600,
  arguments: [{ name: "dump", description: "s3://…, its folder, or its name, as `backup list` shows them" }],
  options: [
    { flags: "--class <class>", description: "of the clone's instance (default: that of the writer)" },
    { flags: "--interval <seconds>", description: "between two looks (default: 15)" },
  ],
  examples: [
    { command: "npm run operations -- backup verify 20261127-2100 --stack production", says: "the dump of that name" },
    {
      command:
        "npm run operations -- backup verify 20261127-2100 --stack production --class db.r6g.xlarge --yes production",
      says: "in a pipeline, on a smaller instance",
    },
  ],

  async run(context, options, typed = "") {
    const { aws, stack, terminal } = context;
    const lookSeconds = interval(options.interval);
    const targets = await readTargets(aws, stack);
    const bucket = placesOf(stack).backups;
    const dump = await findDump(await aws.s3(), bucket, typed);
    const taskDefinition = await engineRevision(context);
    const name = stack.facts.name("rdsCluster", "verify");
    terminal.say(
      `Verifies ${dump.folder} (${size(dump.bytes)}, of ${tokyo(dump.finished ?? dump.begun)}) in the clone ${name}.`,
    );
    const facts = { stack: stack.stack, dump: `s3://${bucket}/${dump.folder}` };
    if (options.dryRun) {
      terminal.say("Dry run: nothing was cloned.");
      if (options.json) terminal.json({ ...facts, result: "dryRun" });
      return "ok";
    }
    await confirmStack(context.prompt, stack.stack, stack.facts.environment, options.yes);
    const began = Date.now();
    const ended = await inClone(context, targets, { name, taskDefinition, from: facts.dump, lookSeconds, options });
    const result = await writeDown(context, bucket, dump, ended, Date.now() - began);
    if (options.json) terminal.json({ ...facts, result });
    if (result === "good") {
      terminal.say(`Good: restored and compared in ${span(Date.now() - began)}.`);
      return "ok";
    }
    throw new Failure(
      "failed",
      `${dump.folder} is damaged: do not use it (${ended.reason}).`,
      `What was found: npm run operations -- logs dump --stack ${stack.stack} --task ${ended.arn.split("/").pop() ?? ""}`,
    );
  },
};

interface Course {
  readonly name: string;
  readonly taskDefinition: string;
  readonly from: string;
  readonly lookSeconds: number;
  readonly options: Options;
}

async function inClone(context: Context, targets: Targets, course: Course): Promise<Ended> {
  const { terminal, signal, aws } = context;
  const { name, lookSeconds, options } = course;
  const rds = await aws.rds();
  const progress = await Progress.begin(terminal, "Verifying");
  const waiting = { signal, lookSeconds, said: (status: string) => progress.update({}, status) };
  if (await removeScratch(rds, name, waiting)) terminal.say(`Deleted ${name}, which an earlier run had left.`);
  const like = await likeCluster(rds, targets.database.clusterIdentifier);
  context.atEnd(async () => {
    progress.end();
    // Its own signal: this is what is done after --timeout and Ctrl-C, too.
    const last = { signal: new AbortController().signal, lookSeconds, said: () => undefined };
    if (await removeScratch(rds, name, last)) terminal.say(`Deleted ${name}.`);
  });
  const parameterGroup = await eventsOff(context);
  await restoreScratch(rds, name, { cloneOf: targets.database.clusterIdentifier, parameterGroup }, like);
  const { Endpoint: host = "" } = await untilCluster(rds, name, waiting);
  await addInstance(rds, name, options.class ?? like.instanceClass);
  await untilInstance(rds, name, waiting);
  for (let attempt = 1; ; attempt += 1) {
    terminal.say(`Restoring into ${scratchDatabase} of ${host}, try ${attempt} of ${TRIES}.`);
    const ended = await restoreOnce(context, targets, { ...course, host, progress });
    const { done, damaged, failed } = dumpExitCodes;
    if (ended.exitCode === done || ended.exitCode === damaged) return ended;
    const again = ended.exitCode === failed || ended.exitCode === null;
    if (!again || attempt === TRIES) {
      throw new Failure(
        "failed",
        `The engine ended with ${ended.exitCode ?? "no exit code"} (${ended.reason}); whether the dump is good is not known.`,
        `Its log: npm run operations -- logs dump --stack ${context.stack.stack} --task ${ended.arn.split("/").pop() ?? ""}`,
      );
    }
  }
}

/** Where the clones of dumps have their settings from: restored events would change the data that is compared. */
async function eventsOff({ aws, stack, terminal }: Context): Promise<string | undefined> {
  const prefix = `${stack.facts.name("rdsParameterGroup", "clone")}-`;
  const { paginateDescribeDBClusterParameterGroups } = await import("@aws-sdk/client-rds");
  for await (const { DBClusterParameterGroups = [] } of paginateDescribeDBClusterParameterGroups(
    { client: await aws.rds() },
    {},
  )) {
    const found = DBClusterParameterGroups.find(({ DBClusterParameterGroupName: name = "" }) =>
      name.startsWith(prefix),
    );
    if (found !== undefined) return found.DBClusterParameterGroupName;
  }
  terminal.warn(`There is no cluster parameter group ${prefix}…: events of the dump may run while it is compared.`);
  return undefined;
}

/** Written once and never again: the bucket's lock holds it as it holds the dump. */
async function writeDown(
  { aws, stack }: Context,
  bucket: string,
  { folder, bytes }: Dump,
  ended: Ended,
  milliseconds: number,
): Promise<"good" | "bad"> {
  const result = ended.exitCode === dumpExitCodes.done ? "good" : "bad";
  const at = new Date();
  const { exitCode, arn: task, reason } = ended;
  await (
    await aws.s3()
  ).putObject({
    ...{ Bucket: bucket, Key: verificationKey(folder, at, result), ContentType: "application/json" },
    Body: JSON.stringify({
      ...{ dump: folder, result, at, environment: stack.facts.environment, bytes, exitCode, reason, task },
      seconds: Math.round(milliseconds / 1000),
    }),
    // A bucket with object lock takes nothing without a checksum.
    ChecksumAlgorithm: "SHA256",
  });
  return result;
}
