import { readFileSync } from "node:fs";
import path from "node:path";
import { targetsParameter } from "../../config/targets";
import type { Proposed } from "../backup/proposal";
import { databaseCluster, placesOf } from "../backup/places";
import { newestOfDatabase } from "../backup/recovery-points";
import { checkForm, type RestorePoint, restorePoint } from "../backup/restore-point";
import { safetySnapshot } from "../backup/safety-snapshot";
import { interval, span, tokyo, whole } from "../backup/units";
import { Failure } from "../failure";
import { confirmStack } from "../prompt";
import { readTargets } from "../targets";
import type { ChangeOptions, Context, Verb } from "../verb";

export interface RestoreDatabaseOptions extends ChangeOptions {
  readonly to?: string;
  readonly finish: boolean;
  readonly local: boolean;
  readonly within?: string;
  readonly interval?: string;
}

export const restoreDatabase: Verb<RestoreDatabaseOptions> = {
  path: "restore database",
  summary: "a new generation of the database from a time or a copy, as a change of the stack file",
  description:
    "Looks the time or copy up, makes a safety snapshot of the database as it is now, and writes `database.restore` with " +
    "the next generation into the stack file: as a pull request where GITHUB_TOKEN is set, else on a branch of this " +
    "clone. Nothing is restored over anything: the update makes a cluster beside the one in use, which is kept. When " +
    "the update is through, --finish clears the application's caches and rolls the services onto the new generation.",
  changes: true,
  timeoutSeconds: 4 * 3600,
  options: [
    {
      flags: "--to <time|id>",
      description: "a time with its offset, latest, a cluster snapshot's name or ARN, newest",
    },
    { flags: "--finish", description: "after the update: caches cleared, services rolled" },
    { flags: "--local", description: "no pull request: a branch of this clone, GITHUB_TOKEN or not" },
    { flags: "--within <minutes>", description: "a safety snapshot so young is taken again, 0 to 1440 (default: 30)" },
    { flags: "--interval <seconds>", description: "between two looks (default: 15)" },
  ],
  examples: [
    {
      command: "npm run operations -- restore database --stack production --to 2026-11-27T10:40:00+09:00 --dry-run",
      says: "whether that time can be had, and what would be written",
    },
    {
      command: "npm run operations -- restore database --stack production --to 2026-11-27T10:40:00+09:00",
      says: "safety snapshot, then the pull request",
    },
    {
      command: "npm run operations -- restore database --stack recovery --to newest",
      says: "on the day: the newest copy in Osaka, before that stack is up",
    },
    {
      command: "npm run operations -- restore database --stack production --finish",
      says: "when the update has made the new generation",
    },
  ],

  async run(context, options) {
    if (options.finish && options.to !== undefined) {
      throw new Failure("usage", "--to begins a restore and --finish ends one: give one of the two.");
    }
    const lookSeconds = interval(options.interval);
    if (options.finish) {
      const { finishRestore } = await import("../backup/finish-restore");
      return finishRestore(context, options, lookSeconds);
    }
    if (options.to === undefined) {
      throw new Failure("usage", "To what? Add --to 2026-11-27T10:40:00+09:00, or a copy that `backup list` shows.");
    }
    return begin(context, options, options.to, lookSeconds);
  },
};

async function begin(context: Context, options: RestoreDatabaseOptions, to: string, lookSeconds: number) {
  const { aws, stack, terminal } = context;
  checkForm(to);
  // Here and not above: --help need not wait for the YAML parser.
  const [{ currentGeneration, withNewGeneration }, { propose }] = await Promise.all([
    import("../backup/generation-file"),
    import("../backup/proposal"),
  ]);
  const minutes = whole(options.within, "--within", 30, [0, 1440]);
  const file = `Pulumi.${stack.stack}.yaml`;
  const content = readFileSync(path.join(stack.root, file), "utf8");
  const { generation } = currentGeneration(content);
  // A recovery stack is restored before it is ever up.
  const published =
    stack.facts.environment === "recovery" ? await publishedOrNothing(context) : await publishedCluster(context);
  const cluster = published ?? databaseCluster(stack.facts, generation);
  demandPublished(context, cluster, generation);
  terminal.say(`Starting disaster recovery from backup: ${to}`);
  const source = to === "newest" ? await newestCopy(context) : to;
  const point = await restorePoint(await aws.rds(), stack.facts.region, cluster, source);
  const written = withNewGeneration(content, point.from, point.clusterExists);
  show(context, cluster, point, written.lines);
  const facts = { stack: stack.stack, cluster, from: point.from, shows: point.shows, generation: written.generation };
  if (options.dryRun) {
    terminal.say("Dry run: no snapshot was made and nothing was written.");
    if (options.json) terminal.json({ ...facts, result: "dryRun" });
    return "ok" as const;
  }
  await confirmStack(context.prompt, stack.stack, stack.facts.environment, options.yes);
  const snapshot = point.clusterExists
    ? await safetySnapshot(context, cluster, { within: minutes, lookSeconds })
    : undefined;
  terminal.say("Restoring database...");
  context.redactor.learn(process.env["GITHUB_TOKEN"] ?? "");
  const proposed = await propose(
    stack.root,
    {
      file,
      branch: `restore/${stack.stack}-database-g${written.generation}`,
      title: `Restore the database of ${stack.stack} to ${to}: generation ${written.generation}`,
      body: bodyOf(context, cluster, point, snapshot),
      edit: (content) => withNewGeneration(content, point.from, point.clusterExists).content,
    },
    process.env,
    options.local,
  );
  sayWhatFollows(context, proposed, point.clusterExists);
  if (options.json) terminal.json({ ...facts, result: "ok", snapshot, ...proposed });
  return "ok" as const;
}

const publishedCluster = async ({ aws, stack }: Context): Promise<string> =>
  (await readTargets(aws, stack)).database.clusterIdentifier;

async function publishedOrNothing(context: Context): Promise<string | undefined> {
  const { aws, stack } = context;
  const value = await aws.parameter(stack.facts.name("ssmParameter", ...targetsParameter));
  return value === undefined ? undefined : publishedCluster(context);
}

async function newestCopy({ aws, stack }: Context): Promise<string> {
  const places = placesOf(stack);
  const { region } = stack.facts;
  const newest = await newestOfDatabase(await aws.backup(), places, region);
  if (newest !== undefined) return newest.id;
  throw new Failure("refused", `No vault in ${region} holds a recovery point of ${places.database}.`);
}

/** The next generation is counted from the file, and its time is one of the cluster: the two have to be of one update. */
function demandPublished({ stack }: Context, cluster: string, generation: number): void {
  const wanted = databaseCluster(stack.facts, generation);
  if (cluster === wanted) return;
  throw new Failure(
    "refused",
    `The stack file says generation ${generation} (${wanted}), and ${cluster} is in use.`,
    "Bring both to one: the newest stack file (git pull), or the update that it waits for",
  );
}

function show({ terminal }: Context, cluster: string, point: RestorePoint, lines: readonly string[]): void {
  const { shows, clusterExists } = point;
  if (shows !== undefined) {
    terminal.say(`The data will be that of ${tokyo(shows)}, ${span(Date.now() - shows.getTime())} ago.`);
  }
  terminal.say(
    clusterExists
      ? `${cluster} stays beside it, as it is, after a safety snapshot.`
      : `${cluster} is gone: there is nothing to make a safety snapshot of, and nothing to keep.`,
  );
  terminal.say("Into affiliate:database of the stack file:");
  for (const line of lines) terminal.say(`    ${line}`);
}

function bodyOf({ stack }: Context, cluster: string, { from, shows, clusterExists }: RestorePoint, snapshot?: string) {
  return [
    `A new generation of the database comes up beside \`${cluster}\`, from \`${from}\`` +
      `${shows === undefined ? "" : ` (data of ${tokyo(shows)})`}.`,
    clusterExists
      ? `What \`${cluster}\` holds now is in the safety snapshot \`${snapshot}\`, and in the cluster itself, which is kept.`
      : `\`${cluster}\` does not exist any more: the update needs \`--refresh\`, so that the state learns of it.`,
    "",
    `After the update: \`npm run operations -- restore database --stack ${stack.stack} --finish\``,
    "",
    "新しい世代のデータベースを現在のものの隣に作ります。更新後に上のコマンドでキャッシュを消去し、サービスを入れ替えます。",
  ].join("\n");
}

function sayWhatFollows({ terminal, stack }: Context, { branch, url, next }: Proposed, clusterExists: boolean): void {
  if (url === undefined) terminal.say(`The change is on the branch ${branch} of this clone.`);
  terminal.say("What follows:");
  const steps = [
    url === undefined ? `${next ?? ""}, and open a pull request` : `review and merge ${url}`,
    `the update makes the new generation (npm run up -- ${stack.stack}${clusterExists ? "" : " --refresh"})`,
    `npm run operations -- restore database --stack ${stack.stack} --finish`,
  ];
  steps.forEach((step, at) => terminal.say(`  ${at + 1}. ${step}`));
}
