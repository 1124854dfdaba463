import type { S3 } from "@aws-sdk/client-s3";
import { copy } from "../backup/copy-version";
import { keptDays } from "../backup/dumps";
import { Journal } from "../backup/journal";
import { pool } from "../backup/pool";
import { Progress } from "../backup/progress";
import { moment, size, span, tokyo, whole } from "../backup/units";
import { histories, type Step, stepFor, type Version } from "../backup/versions";
import { asFailure } from "../aws";
import { Failure } from "../failure";
import { confirmStack } from "../prompt";
import type { ChangeOptions, Context, Verb } from "../verb";

interface Options extends ChangeOptions {
  readonly at?: string;
  readonly prefix?: string;
  readonly width?: string;
}

type Change = Exclude<Step, { do: "nothing" }>;

interface Plan {
  readonly changes: readonly Change[];
  readonly unchanged: number;
  /** Of those, brought back by an earlier run of this command. */
  readonly earlier: number;
}

const DAY_MS = 86_400_000;
/** Faults that are named one by one. */
const NAMED = 20;

export const restoreFiles: Verb<Options> = {
  path: "restore files",
  summary: "brings uploads back to what they were at a time, by their versions",
  description:
    "For every object of the uploads bucket that is not what it was at the end of that second, the version of then is " +
    "copied onto its own key and becomes the newest; what did not exist then gets a delete marker. Nothing is " +
    "overwritten and no version is deleted: to undo it, restore to a time before this command. Run again after an end " +
    "before its time, it goes on where it was.",
  changes: true,
  options: [
    { flags: "--at <time>", description: "the time with its offset: 2026-11-27T10:40:00+09:00" },
    { flags: "--prefix <keys>", description: "only keys that begin so (default: all)" },
    { flags: "--width <number>", description: "objects at once, 1 to 64 (default: 16)" },
  ],
  examples: [
    {
      command: "npm run operations -- restore files --stack production --at 2026-11-27T10:40:00+09:00 --dry-run",
      says: "how many objects and bytes, and which first",
    },
    {
      command:
        "npm run operations -- restore files --stack production --at 2026-11-27T10:40:00+09:00 --prefix banners/",
      says: "one folder",
    },
  ],

  async run(context, options) {
    const { aws, stack, terminal } = context;
    if (options.at === undefined) throw new Failure("usage", "To which time? Add --at 2026-11-27T10:40:00+09:00");
    const at = moment(options.at, "--at");
    const width = whole(options.width, "--width", 16, [1, 64]);
    const bucket = stack.facts.name("bucket", "uploads");
    const prefix = options.prefix ?? "";
    const s3 = await aws.s3();
    await demandWindow(s3, bucket, at);

    terminal.say(`Restoring files of ${bucket}/${prefix} to ${tokyo(at)}...`);
    const journal = new Journal(stack.root, ["restore-files", bucket, at.toISOString(), prefix]);
    const plan = await planOf(context, s3, { bucket, prefix, at }, journal);
    const facts = summary(plan);
    show(context, plan, facts);
    const result = { stack: stack.stack, bucket, prefix, at: at.toISOString(), ...facts };
    if (options.dryRun || plan.changes.length === 0) {
      terminal.say(options.dryRun ? "Dry run: nothing was changed." : "Nothing to change.");
      if (options.json) terminal.json({ ...result, result: options.dryRun ? "dryRun" : "ok" });
      return "ok";
    }
    await confirmStack(context.prompt, stack.stack, stack.facts.environment, options.yes);
    const faults = await carryOut(context, s3, { bucket, width }, plan.changes, journal);
    if (options.json) terminal.json({ ...result, result: faults.length === 0 ? "ok" : "failed", faults });
    if (faults.length === 0) {
      terminal.say(`Done: ${facts.copies} brought back (${size(facts.bytes)}), ${facts.deletions} marked as deleted.`);
      return "ok";
    }
    for (const { key, message } of faults.slice(0, NAMED)) terminal.error(`${key}: ${message}`);
    throw new Failure(
      "failed",
      `${faults.length} of ${plan.changes.length} objects were not brought back.`,
      "Run the same command again: it takes up those that are missing",
    );
  },
};

/** A version is kept for some days after it was overwritten: before that, what existed cannot be told from what did not. */
async function demandWindow(s3: S3, bucket: string, at: Date): Promise<void> {
  if (at.getTime() > Date.now()) throw new Failure("usage", `--at is ${tokyo(at)}, which is yet to come.`);
  const { Status } = await s3.getBucketVersioning({ Bucket: bucket });
  if (Status !== "Enabled") {
    throw new Failure(
      "refused",
      `${bucket} keeps no versions now (${Status ?? "never did"}).`,
      "npm run up mends that",
    );
  }
  const days = await keptDays(s3, bucket);
  if (days === undefined) return;
  const earliest = new Date(Date.now() - days * DAY_MS);
  if (at >= earliest) return;
  throw new Failure(
    "refused",
    `--at is ${tokyo(at)}; versions are kept for ${days} days, so times from ${tokyo(earliest)} to now can be had.`,
    "Before that: AWS Backup's recovery points of the bucket, see `backup list`",
  );
}

async function planOf(
  { terminal, signal }: Context,
  s3: S3,
  { bucket, prefix, at }: { readonly bucket: string; readonly prefix: string; readonly at: Date },
  journal: Journal,
): Promise<Plan> {
  const progress = await Progress.begin(terminal, "Reading versions");
  const changes: Change[] = [];
  let unchanged = 0;
  let earlier = 0;
  for await (const history of histories(s3, bucket, prefix, (count) => progress.update({ count }))) {
    signal.throwIfAborted();
    const step = stepFor(history, at.getTime());
    const newest = history.find(({ latest }) => latest);
    const again = step.do === "copy" && newest !== undefined && journal.of(step.version.key) === newest.versionId;
    if (again) earlier += 1;
    if (again || step.do === "nothing") unchanged += 1;
    else changes.push(step);
  }
  progress.end();
  return { changes, unchanged, earlier };
}

function summary({ changes, unchanged, earlier }: Plan) {
  const copies = changes.filter((change) => change.do === "copy");
  return {
    copies: copies.length,
    bytes: copies.reduce((sum, { version }) => sum + version.bytes, 0),
    deletions: changes.length - copies.length,
    unchanged,
    earlier,
    inDoubt: changes.filter(({ doubt }) => doubt).map(({ version }) => version.key),
  };
}

function show({ terminal }: Context, { changes }: Plan, facts: ReturnType<typeof summary>): void {
  const { copies, bytes, deletions, unchanged, earlier, inDoubt } = facts;
  for (const { do: what, version } of changes.slice(0, NAMED)) {
    const text = what === "copy" ? `bring back ${size(version.bytes)} of ${tokyo(new Date(version.time))}` : "delete";
    terminal.say(`  ${version.key}: ${text}`);
  }
  if (changes.length > NAMED) terminal.say(`  … and ${changes.length - NAMED} more`);
  terminal.say(
    `${copies} to bring back (${size(bytes)}), ${deletions} to mark as deleted, ${unchanged} as they were` +
      (earlier === 0 ? "." : `, of which an earlier run brought back ${earlier}.`),
  );
  if (inDoubt.length === 0) return;
  terminal.warn(
    `Written and deleted within one second, so that S3 does not say which came last; the content is taken: ${inDoubt
      .slice(0, NAMED)
      .join(", ")}`,
  );
}

async function carryOut(
  { terminal, signal }: Context,
  s3: S3,
  { bucket, width }: { readonly bucket: string; readonly width: number },
  changes: readonly Change[],
  journal: Journal,
): Promise<{ key: string; message: string }[]> {
  const faults: { key: string; message: string }[] = [];
  const total = { count: changes.length, bytes: changes.reduce((sum, change) => sum + weight(change), 0) };
  const progress = await Progress.begin(terminal, "Restoring files", total);
  const began = Date.now();
  const done = { count: 0, bytes: 0 };
  await pool(changes, width, signal, async (change) => {
    try {
      if (change.do === "delete") await s3.deleteObject({ Bucket: bucket, Key: change.version.key });
      else journal.note(change.version.key, await copy(s3, bucket, change.version));
    } catch (error) {
      // One object that cannot be had, such as an archived one, is no reason to leave the others as they are.
      const { reason, message } = asFailure(error);
      if (reason === "noAccess" || signal.aborted) throw error;
      faults.push({ key: change.version.key, message });
    }
    done.count += 1;
    done.bytes += weight(change);
    progress.update(done);
  });
  progress.end();
  terminal.say(`${changes.length} objects in ${span(Date.now() - began)}.`);
  return faults;
}

const weight = ({ do: what, version }: { readonly do: string; readonly version: Version }): number =>
  what === "copy" ? version.bytes : 0;
