// `npm run comment`: renders event logs of previews into a pull request's comment, or a stack's drift into its issue.
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { renderComment } from "./comment";
import { connect, parseRepository, publishComment, publishDrift, reportUrl, runUrl } from "./github";
import { readDrawn } from "./mermaid";
import { readPlan } from "./plan";

interface Common {
  readonly output?: string;
  readonly source: string;
  readonly publish: boolean;
}

interface Planned extends Common {
  readonly report?: ReadonlyMap<string, string>;
}

interface Log {
  readonly stack: string;
  readonly file: string;
}

function parseLog(word: string, before: readonly Log[] = []): Log[] {
  const [, stack, file] = /^([a-z][a-z0-9-]*)=(.+)$/.exec(word) ?? [];
  if (stack === undefined || file === undefined) {
    throw new InvalidArgumentError(`Wanted: <stack>=<event log>, such as production=events.jsonl; found ${word}`);
  }
  return [...before, { stack, file }];
}

/** What a step before says: the address that the upload of a report answered with, or nothing where it failed. */
function parseReport(word: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const [, stack, url] = /^([a-z][a-z0-9-]*)=(.*)$/s.exec(word) ?? [];
  if (stack === undefined || url === undefined)
    throw new InvalidArgumentError(`Wanted: <stack>=<address>; found ${word}`);
  return url === "" ? before : new Map([...before, [stack, reportUrl(url)]]);
}

function parseNumber(word: string): number {
  if (!/^[1-9]\d*$/.test(word)) throw new InvalidArgumentError(`Wanted: a pull request's number; found ${word}`);
  return Number(word);
}

const program = new Command("comment")
  .description(
    "Renders what previews would change, from the event logs that `--event-log` writes. Without --publish nothing leaves\n" +
      "this machine.",
  )
  .showHelpAfterError()
  .addHelpText(
    "after",
    `
Examples:
  npm run preview -- staging --event-log events.jsonl
  npm run comment -- plan staging=events.jsonl --output comment.md
  npm run comment -- plan staging=s.jsonl production=p.jsonl --publish --pull-request 12
  npm run comment -- drift production=events.jsonl --publish

In a workflow the rendered text is appended to the run's summary (GITHUB_STEP_SUMMARY) too. --publish reads GITHUB_TOKEN,
GITHUB_REPOSITORY and GITHUB_API_URL.`,
  );

const command = (name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .argument("<stack=log...>", "stacks and their event logs", parseLog)
    .option("-o, --output <file>", "write it here; without it, and without --publish, to standard output")
    .option("--source <text>", "who answered: AWS, real providers, the simulated cloud", "AWS")
    .option("--publish", "write it to GitHub", false);

command("plan", "the one comment of a pull request, edited in place")
  .option("--pull-request <number>", "with --publish: which", parseNumber)
  .option("--report <stack=address>", "the artifact of this run that is a stack's HTML report; repeatable", parseReport)
  .action(async (logs: Log[], options: Planned & { readonly pullRequest?: number }) => {
    const { pullRequest, publish } = options;
    if (publish && pullRequest === undefined) program.error("--publish needs --pull-request <number>");
    const text = render(logs, options);
    write(text, options);
    if (publish && pullRequest !== undefined) {
      const done = await publishComment(await connect(process.env), repository(), pullRequest, text);
      process.stderr.write(`comment ${done}: pull request ${pullRequest}\n`);
    }
  });

command("drift", "a stack's one issue: opened, written anew, or closed when the drift is gone").action(
  async (logs: Log[], options: Common) => {
    for (const log of logs) {
      const plan = readPlan(log.file, log.stack);
      // A run that failed has not seen whether there is drift: its issue stays as it is.
      if (plan.seconds === undefined || plan.errors.length > 0) {
        const why = plan.errors[0] ?? "it was ended before it had looked at everything";
        throw new Error(`The preview of ${log.stack} did not come to its end: ${why}`);
      }
      const text = plan.changes.length === 0 ? undefined : renderComment([plan], facts(options));
      write(text ?? `${log.stack}: no drift / ドリフトはありません\n`, options);
      if (options.publish) {
        const done = await publishDrift(await connect(process.env), repository(), log.stack, text);
        process.stderr.write(`drift of ${log.stack}: issue ${done}\n`);
      }
    }
  },
);

function render(logs: readonly Log[], options: Planned): string {
  const read = logs.map(({ stack, file }) => readDrawn(file, stack));
  const diagrams = new Map(read.flatMap(({ plan, diagram }) => (diagram ? [[plan.stack, diagram] as const] : [])));
  return renderComment(
    read.map(({ plan }) => plan),
    { ...facts(options), diagrams, reports: options.report },
  );
}

function facts({ source }: Common) {
  return { source, commit: process.env.GITHUB_SHA, runUrl: runUrl(process.env) };
}

function write(text: string, { output, publish }: Common): void {
  const summary = process.env.GITHUB_STEP_SUMMARY;
  if (summary) appendFileSync(summary, text);
  if (output !== undefined) {
    mkdirSync(path.dirname(path.resolve(output)), { recursive: true });
    writeFileSync(output, text);
  } else if (!publish) {
    process.stdout.write(text);
  }
}

const repository = () => parseRepository(process.env.GITHUB_REPOSITORY);

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
