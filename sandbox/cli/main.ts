import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Command, Option } from "commander";
import { renderComment } from "../../report/comment";
import { readDrawn } from "../../report/mermaid";
import { SIMULATION, announce } from "./banner";
import { beginFirstRun, clearUnwritten, endFirstRun, tellCleared } from "./first-run";
import { FAULT_RULE, collected, withFaults } from "./fault-flags";
import { ONE_CHECKPOINT, REPOSITORY } from "./home";
import { plan } from "./plan";
import { projectNamed } from "./projects";
import { recoverStack, type RecoverFlags } from "./recover";
import { Sandbox, type SandboxOptions, type Update } from "./sandbox";
import { byComponent, operations } from "./summary";

interface Flags {
  readonly stack: string;
  readonly home?: string;
  readonly stackFiles?: string;
  readonly project?: string;
}

const UPDATES: readonly (readonly [Update, string])[] = [
  ["preview", "what an update would do"],
  ["up", "bring the stack to what the program says"],
  ["refresh", "read the simulated cloud back into the state"],
  ["destroy", "delete what the stack holds; production's data refuses"],
];

const program = new Command("sandbox")
  .description("The platform's program, run by the real Pulumi engine over a simulated cloud.")
  .showHelpAfterError();

for (const [operation, text] of UPDATES) {
  command(operation, text)
    .option("--fault <rule>", `let calls go wrong, for this run; repeatable. ${FAULT_RULE}`, collected, [])
    .action(async (args: string[], flags: Flags & { readonly fault: readonly string[] }) => {
      announce(SIMULATION);
      const sandbox = new Sandbox(withFaults(locations(flags), flags.fault));
      const { exitCode, events, log } = await sandbox.update(operation, flags.stack, args);
      tell(flags.stack, operation, operations(events), args);
      if (operation === "preview") comment(sandbox, flags.stack, log);
      process.exitCode = exitCode;
    });
}

command(
  "recover",
  "after a run that was killed: says what is pending, takes over what was made, then brings the stack up",
)
  .option("--adopt <urn=id>", "it is there, under this id; repeatable", collected, [])
  .option("--forget <urn>", "it is not there; repeatable", collected, [])
  .option("--unlock", "take away a lock whose holder cannot be seen from here")
  .option("--no-up", "stop before the update")
  .action(async (args: string[], flags: Flags & RecoverFlags) => {
    announce(SIMULATION);
    process.exitCode = await recoverStack(new Sandbox(locations(flags)), flags.stack, flags, args);
  });

command("start", "up, then the outputs, a summary by component, and a report to look at").action(
  async (args: string[], flags: Flags) => {
    announce(SIMULATION);
    const sandbox = new Sandbox({ ...locations(flags), env: { ...ONE_CHECKPOINT, ...process.env } });
    const atWork = sandbox.isLocked(flags.stack);
    if (!atWork) {
      tellCleared(clearUnwritten(sandbox, flags.stack));
      beginFirstRun(sandbox, flags.stack);
    }
    const { exitCode, events, log } = await sandbox.update("up", flags.stack, ["--suppress-outputs", ...args]);
    if (!atWork) endFirstRun(sandbox, flags.stack);
    if (exitCode !== 0) {
      process.exitCode = exitCode;
      return;
    }
    const outputs = await sandbox.outputs(flags.stack);
    process.stdout.write(`\n${byComponent(events)}\n`);
    tell(flags.stack, "up", operations(events), args);
    const reported = await report(sandbox, flags, log);
    process.stdout.write("\n");
    announce(SIMULATION);
    process.exitCode = outputs.exitCode || reported;
  },
);

command("cancel", "take away the lock of a run that was killed").action((args: string[], flags: Flags) =>
  engineCommand("cancel", args, flags),
);
command("outputs", "the stack's outputs").action((args: string[], flags: Flags) =>
  engineCommand("outputs", args, flags),
);
command("export", "the state, as JSON").action((args: string[], flags: Flags) => engineCommand("export", args, flags));

command("plan", "preview with the real provider plugins and no credentials, where they can be had")
  .option("--simulated", "let the sandbox's providers stand in, without trying")
  .option("--event-log <file>", "keep the engine's events here, for npm run comment")
  .action(async (args: string[], flags: Flags & { readonly simulated?: boolean; readonly eventLog?: string }) => {
    const { stack, simulated, eventLog } = flags;
    const named = { ...projectNamed(flags.project), ...given(flags) };
    const { project: sandboxProject, real: project, stackFiles, folder } = named;
    const asked = { stack, args, stackFiles, sandboxProject, project, folder, simulated, eventLog };
    const { exitCode, events, providers } = await plan(asked);
    tell(stack, `plan with ${providers} providers`, operations(events), args);
    process.exitCode = exitCode;
  });

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

/** A subcommand. What it does not know is the engine's: --diff, --target, --refresh, --config, --json, … */
function command(name: string, text: string): Command {
  return program
    .command(name)
    .description(text)
    .argument("[engine...]", "more flags for the engine: --diff, --target <urn>, --refresh, --json, …")
    .allowUnknownOption()
    .option("-s, --stack <name>", "the stack", "production")
    .addOption(new Option("--home <folder>", "keep state and simulated cloud here").env("SANDBOX_HOME"))
    .addOption(new Option("--stack-files <folder>", "read stack files here").env("SANDBOX_STACK_FILES"))
    .addOption(new Option("--project <name>", "another program: account").env("SANDBOX_PROJECT"));
}

function locations(flags: Flags): SandboxOptions {
  const { project, stackFiles, folder } = { ...projectNamed(flags.project), ...given(flags) };
  return { home: flags.home, project, stackFiles, folder };
}

/** Stack files that were asked for come before the project's own. */
function given({ stackFiles }: Flags): { stackFiles?: string } {
  return stackFiles === undefined ? {} : { stackFiles };
}

async function engineCommand(
  name: "cancel" | "outputs" | "export",
  args: readonly string[],
  flags: Flags,
): Promise<void> {
  announce(SIMULATION);
  process.exitCode = (await new Sandbox(locations(flags))[name](flags.stack, args)).exitCode;
}

/** What a pull request would be told. A run that ended before it began, such as on a broken stack file, has no events. */
function comment(sandbox: Sandbox, stack: string, log: string): void {
  if (!existsSync(log)) return;
  const file = path.join(sandbox.home.state, "comments", `${stack}.md`);
  mkdirSync(path.dirname(file), { recursive: true });
  const { plan, diagram } = readDrawn(log, stack);
  const diagrams = new Map(diagram === undefined ? [] : [[stack, diagram]]);
  writeFileSync(file, renderComment([plan], { source: "simulated cloud", diagrams }));
  process.stderr.write(`${stack}: the pull request's comment: ${path.relative(process.cwd(), file)}\n`);
}

/** What has been brought up, to look at: by a process of its own, since no other command has a use for what it loads. */
async function report(sandbox: Sandbox, { stack, home }: Flags, log: string): Promise<number> {
  if (!existsSync(log)) return 0;
  const resources = path.join(sandbox.home.state, "exports", `${stack}.json`);
  mkdirSync(path.dirname(resources), { recursive: true });
  const { exitCode } = await sandbox.export(stack, ["--file", resources]);
  if (exitCode !== 0) return exitCode;
  const files = ["--stack", stack, "--events", log, "--resources", resources, "--simulated"];
  const program = path.join(REPOSITORY, "report", "html", "main.ts");
  const output = home === undefined ? [] : ["--output", path.join(home, "report", `${stack}.html`)];
  const { status, error } = spawnSync(process.execPath, [...process.execArgv, program, ...files, ...output], {
    stdio: "inherit",
  });
  if (error !== undefined) throw error;
  return status ?? 1;
}

/** Left out where standard output is for a program to read. */
function tell(stack: string, operation: string, counted: string | undefined, args: readonly string[]): void {
  if (counted !== undefined && !args.includes("--json") && !args.includes("-j")) {
    process.stdout.write(`${stack}: ${operation}: ${counted}\n`);
  }
}
