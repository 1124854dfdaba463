import type { FilteredLogEvent } from "@aws-sdk/client-cloudwatch-logs";
import { errorName } from "../aws";
import { Failure } from "../failure";
import { pause } from "../invoke";
import type { CommonOptions, Context, Verb } from "../verb";

interface Options extends CommonOptions {
  readonly follow: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly filter?: string;
  readonly errors: boolean;
  readonly task?: string;
}

/** Log groups by what is typed; the last part of their names. */
const sources = {
  web: "nginx and php-fpm",
  worker: "queue workers",
  scheduler: "the scheduler",
  migration: "migration tasks",
  console: "console tasks",
  dump: "dumps of the database, and what verifies them",
  "release-gate": "the function that each deployment asks",
  "database-users": "the function that makes the database's users",
  "database-dump": "the function that makes the clone that is dumped",
  "queue-metrics": "the function that counts waiting jobs",
  exec: "what was typed and printed in console sessions",
} as const;
type Source = keyof typeof sources;
const sourceNames = Object.keys(sources) as Source[];

/** Laravel's level of ERROR; the functions write a word. */
const ERRORS = '{ $.level >= 400 || $.level = "ERROR" || $.level = "FATAL" }';
/** Seconds between two looks; FilterLogEvents is let through five times a second, for the whole account. */
const LOOK = 2;
/** Lines may come to CloudWatch later than others that are newer. */
const OVERLAP_SECONDS = 30;

export const logs: Verb<Options> = {
  path: "logs",
  summary: "lines of a service's or function's log, and more as they come",
  description:
    "Prints log lines with their time and task. Sources: " +
    sourceNames.map((name) => `${name} (${sources[name]})`).join(", ") +
    ". Times are like 15m, 2h, 3d, or 2026-11-27T03:00+09:00. Filters are CloudWatch's patterns.",
  changes: false,
  arguments: [{ name: "source", description: sourceNames.join(", ") }],
  options: [
    { flags: "-f, --follow", description: "go on until Ctrl-C or --timeout" },
    { flags: "--since <time>", description: "from when on; 15 minutes ago unless given" },
    { flags: "--until <time>", description: "until when" },
    { flags: "--filter <pattern>", description: "CloudWatch's filter pattern" },
    { flags: "--errors", description: "level ERROR and above only" },
    { flags: "--task <id>", description: "one task's lines" },
  ],
  examples: [
    { command: "npm run operations -- logs web --stack production --follow", says: "what happens now" },
    { command: "npm run operations -- logs worker --stack production --since 2h --errors", says: "what went wrong" },
    {
      command: "npm run --silent operations -- logs release-gate --stack production --since 1d --json | jq .message",
      says: "one JSON object a line, for a script",
    },
  ],

  async run(context, options, typed) {
    const source = sourceNames.find((name) => name === typed);
    if (source === undefined) {
      throw new Failure("usage", `There is no log "${typed}".`, `Logs: ${sourceNames.join(", ")}`);
    }
    const now = Date.now();
    const from = timeOf(options.since, now, "--since") ?? now - 15 * 60_000;
    const to = timeOf(options.until, now, "--until");
    refuseConflicts(options, from, to);
    const logGroupName = context.stack.facts.name("logGroup", source);
    const query: Query = {
      logGroupName,
      filterPattern: options.errors ? ERRORS : options.filter,
      task: options.task,
    };
    const seen = new Seen();
    let newest = await print(context, options, query, { from, to }, seen);
    while (options.follow) {
      await pause(LOOK, context.signal);
      newest = Math.max(newest, await print(context, options, query, { from: newest - OVERLAP_SECONDS * 1000 }, seen));
    }
    if (seen.count === 0) context.terminal.say(`No line in ${logGroupName} since ${new Date(from).toISOString()}.`);
    return "ok";
  },
};

interface Query {
  readonly logGroupName: string;
  readonly filterPattern: string | undefined;
  readonly task: string | undefined;
}

function refuseConflicts({ follow, until, errors, filter }: Options, from: number, to: number | undefined): void {
  if (follow && until !== undefined) throw new Failure("usage", "--follow goes on for ever: leave --until out.");
  if (errors && filter !== undefined) throw new Failure("usage", "--errors is a filter itself: give it or --filter.");
  if (to !== undefined && to <= from) throw new Failure("usage", "--until is before --since.");
}

/** Prints what has not been printed yet, oldest first; returns the time of the newest line. */
async function print(
  { aws, terminal }: Context,
  { json }: Options,
  { logGroupName, filterPattern, task }: Query,
  { from, to }: { from: number; to?: number | undefined },
  seen: Seen,
): Promise<number> {
  let newest = from;
  try {
    const { paginateFilterLogEvents } = await import("@aws-sdk/client-cloudwatch-logs");
    const pages = paginateFilterLogEvents(
      { client: await aws.logs() },
      { logGroupName, filterPattern, startTime: from, endTime: to },
    );
    for await (const { events = [] } of pages) {
      for (const event of events) {
        if (task !== undefined && !(event.logStreamName ?? "").endsWith(`/${task}`)) continue;
        if (!seen.isNew(event)) continue;
        newest = Math.max(newest, event.timestamp ?? from);
        terminal.data(json ? JSON.stringify(asObject(event)) : asLine(event));
      }
    }
  } catch (error) {
    if (errorName(error) === "ResourceNotFoundException") {
      throw new Failure("refused", `There is no log group ${logGroupName}.`, "The program makes it: npm run up");
    }
    if (errorName(error) !== "InvalidParameterException") throw error;
    throw new Failure(
      "usage",
      `CloudWatch does not take the filter ${filterPattern ?? ""}: ${(error as Error).message}`,
      `Words: --filter '"payment failed"'; fields: --filter '{ $.level >= 400 }'`,
    );
  }
  return newest;
}

/** Ids of what was printed, as many as can come again. */
class Seen {
  count = 0;
  readonly #ids = new Set<string>();

  isNew({ eventId = "" }: FilteredLogEvent): boolean {
    if (this.#ids.has(eventId)) return false;
    this.#ids.add(eventId);
    this.count += 1;
    if (this.#ids.size > 20_000) for (const old of [...this.#ids].slice(0, 10_000)) this.#ids.delete(old);
    return true;
  }
}

const shortStream = (name: string): string => name.split("/").slice(1).join("/").slice(0, 20) || name.slice(-20);

function asLine({ timestamp = 0, logStreamName = "", message = "" }: FilteredLogEvent): string {
  return `${new Date(timestamp).toISOString()} ${shortStream(logStreamName)} ${message.trimEnd()}`;
}

const asObject = ({ timestamp = 0, logStreamName, message = "" }: FilteredLogEvent) => ({
  time: new Date(timestamp).toISOString(),
  stream: logStreamName,
  message: message.trimEnd(),
});

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `15m` before now, or a moment; undefined when nothing is given. */
export function timeOf(given: string | undefined, now: number, option: string): number | undefined {
  if (given === undefined) return undefined;
  const ago = /^(\d+)([smhd])$/.exec(given);
  if (ago !== null) return now - Number(ago[1]) * UNITS[ago[2] as keyof typeof UNITS] * 1000;
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(given)
    ? Date.parse(given)
    : NaN;
  if (!Number.isNaN(at)) return at;
  throw new Failure(
    "usage",
    `${option} is "${given}"; give 90s, 15m, 2h, 3d, or a time with its zone, such as 2026-11-27T03:00+09:00.`,
  );
}
