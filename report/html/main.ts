// `npm run report`: one HTML file that shows a stack, from a plan of the sandbox, from the account's, or from files of one.
import path from "node:path";
import { Command, Option } from "commander";
import { SIMULATION, announce } from "../../sandbox/cli/banner";
import { accountSource, sandboxSource } from "./runs";
import { readSource, type Source } from "./sources";
import { reportFile, writeReport } from "./write";

interface Flags {
  readonly stack: string;
  readonly output?: string;
  readonly account?: boolean;
  readonly home?: string;
  readonly stackFiles?: string;
  readonly events?: string;
  readonly resources?: string;
  readonly simulated?: boolean;
}

const program: Command = new Command("report")
  .description(
    "Writes one HTML file that shows a stack and what an update would change. It fetches nothing when it is read.",
  )
  .option("-s, --stack <name>", "the stack", "production")
  .option("-o, --output <file>", "where to write it (default: .cache/report/<stack>.html)")
  .option("--account", "plan in the AWS account (npm run preview), instead of in the simulated cloud")
  .addOption(
    new Option("--home <folder>", "the sandbox's state and simulated cloud").env("SANDBOX_HOME").conflicts("account"),
  )
  .addOption(
    new Option("--stack-files <folder>", "read stack files here").env("SANDBOX_STACK_FILES").conflicts("account"),
  )
  .option("--events <file>", "plan nothing: the event log of a run, with --resources")
  .option("--resources <file>", "what that run's `--json` printed, or a `pulumi stack export`")
  .option("--simulated", "with --events: the run was the sandbox's", false)
  .showHelpAfterError()
  .addHelpText(
    "after",
    `
Examples:
  npm run report -- --stack staging
  npm run report -- --stack production --account --output report.html
  npm run preview -- production --json --event-log events.jsonl > plan.json
  npm run report -- --stack production --events events.jsonl --resources plan.json`,
  )
  .action(async (flags: Flags) => {
    const source = await sourceOf(flags);
    const output = flags.output ?? reportFile(flags.stack, flags.home);
    const bytes = await writeReport(source, output);
    process.stdout.write(
      `${flags.stack}: report / レポート: ${path.relative(process.cwd(), path.resolve(output))} (${Math.round(bytes / 1000)} kB)\n`,
    );
    if (failed(source)) process.exitCode = 1;
  });

/** The report of a plan that failed is written too: it says why. */
const failed = ({ events }: Source): boolean => !events.some(({ summaryEvent }) => summaryEvent !== undefined);

async function sourceOf(flags: Flags): Promise<Source> {
  const { stack, events, resources, account } = flags;
  if (events !== undefined || resources !== undefined) {
    if (events === undefined || resources === undefined)
      program.error("--events and --resources are of one run: give both");
    if (account) program.error("--account plans by itself: leave out --events and --resources, or --account");
    return readSource({ stack, cloud: flags.simulated ? "simulated" : "aws", eventLog: events, resources });
  }
  if (account) return accountSource(stack);
  announce(SIMULATION);
  return sandboxSource(stack, { home: flags.home, stackFiles: flags.stackFiles });
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
