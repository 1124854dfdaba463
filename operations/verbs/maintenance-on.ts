import { Failure } from "../failure";
import { type Maintenance, ranges, valueOf } from "../maintenance/state";
import { readState, writeState } from "../maintenance/store";
import { visitorsUrl, waitFor } from "../maintenance/visitors";
import { confirmStack } from "../prompt";
import { teller } from "../release/announce";
import { readTargets } from "../targets";
import type { ChangeOptions, Verb } from "../verb";

interface Options extends ChangeOptions {
  readonly allow?: readonly string[];
  readonly retryAfter?: string;
  readonly message?: string;
}

export const maintenanceOn: Verb<Options> = {
  path: "maintenance on",
  summary: "answers visitors 503 with a page, but for those on a list",
  description:
    "Has CloudFront answer 503 with Retry-After instead of the application, within seconds and without a deployment. " +
    "Addresses of --allow still reach it; so do /health and the static files. The page is Japanese and English; the API " +
    "gets JSON. It ends only with `maintenance off`. Run again, it replaces list, time and message.",
  changes: true,
  timeoutSeconds: 300,
  options: [
    { flags: "--allow <cidr...>", description: "addresses and ranges, IPv4 and IPv6, that are let through" },
    { flags: "--retry-after <minutes>", description: "when clients may ask again (default 30)" },
    { flags: "--message <text>", description: "a sentence more for the page" },
  ],
  examples: [
    {
      command: "npm run operations -- maintenance on --stack production --allow 203.0.113.0/24 2001:db8::/32",
      says: "closed for all but the office",
    },
    {
      command: 'npm run operations -- maintenance on --stack production --retry-after 120 --message "〜5:00 JST"',
      says: "for two hours",
    },
  ],

  async run(context, options) {
    const { terminal, stack } = context;
    const state: Maintenance = {
      on: true,
      id: new Date().toISOString(),
      retryAfter: minutes(options.retryAfter ?? "30") * 60,
      allow: ranges(options.allow ?? []),
      ...(options.message !== undefined && { message: options.message }),
    };
    valueOf(state); // too long is said before AWS is asked
    const targets = await readTargets(context.aws, stack);
    const client = await context.aws.keyValueStore();
    const { storeArn } = targets.maintenance;
    const found = await readState(client, storeArn);
    if (found.broken) terminal.warn("The store's key is not what this command writes; it is replaced.");
    if (found.state?.on === true) terminal.say(`Maintenance is on since ${found.state.id}; this replaces it.`);
    const url = visitorsUrl(targets);
    terminal.say(`${url} will answer 503, Retry-After ${state.retryAfter} s, to all but: ${list(state)}`);
    terminal.say("The alarms on 5xx answers ring while it lasts.");
    if (options.dryRun) terminal.say("Dry run: nothing was changed.");
    else {
      await confirmStack(context.prompt, stack.stack, stack.facts.environment, options.yes);
      const tell = teller(context);
      await writeState(client, storeArn, found.etag, state);
      context.lastWords(() => tell(`⚠️ メンテナンス開始を書き込みましたが、確認できていません [${stack.stack}]`));
      await waitFor(
        url,
        ({ status, maintenance }) => status === 503 && maintenance === state.id,
        context.signal,
        (text) => terminal.say(text),
      );
      terminal.say(`${url} answers 503. To end it: npm run operations -- maintenance off --stack ${stack.stack}`);
      await tell(
        `🚧 メンテナンスを開始しました [${stack.stack}]\nMaintenance is on; visitors get 503. Let through: ${list(state)}`,
      );
    }
    if (options.json) terminal.json({ stack: stack.stack, dryRun: options.dryRun, maintenance: state });
    return "ok";
  },
};

const list = ({ allow }: Maintenance): string => allow.join(", ") || "nobody";

function minutes(typed: string): number {
  const number = Number(typed);
  if (Number.isInteger(number) && number >= 1 && number <= 7 * 24 * 60) return number;
  throw new Failure("usage", `--retry-after: "${typed}" is not 1 to 10080 whole minutes.`, "Such as --retry-after 30");
}
