// `npm run recover -- <stack>`: after an update of a real stack that was killed. The sandbox's is `npm run sandbox -- recover`.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Command, Option } from "commander";
import { parse } from "yaml";
import { knownStacks } from "../../config/stack-files";
import { findPulumi } from "../find";
import { PROJECTS, update, type Project } from "../update";
import { answersOf, type AnswerFlags } from "./answers";
import { AwsFinder } from "./aws-finder";
import type { Account } from "./identities";
import { recover, RecoverError, type EngineAnswer } from "./recover";

const ROOT = path.resolve(__dirname, "../..");
/** Something is left that only a person can tell. */
const UNDECIDED = 3;
/** A state of some hundred resources is some megabytes. */
const MOST_OUTPUT = 1 << 28;

const EXAMPLES = `
It needs the credentials that the update had; of Datadog DATADOG_API_KEY, DATADOG_APP_KEY and DATADOG_HOST
(https://api.ap1.datadoghq.com), of GitHub GITHUB_TOKEN and GITHUB_OWNER. Without them what is theirs is listed, and not looked up.
Until the update that it begins at its end, and that asks before it goes on, it changes nothing but the state.

  npm run recover -- production
  npm run recover -- production --no-up
  npm run recover -- production --unlock
  npm run recover -- production --adopt '<urn>=<id>' --forget '<urn>'

Exit codes: 0 done, 1 failed, 3 something is left to decide; what, and how, is printed.`;

interface Flags extends AnswerFlags {
  readonly unlock?: boolean;
  readonly up: boolean;
  readonly project?: Project;
}

const collected = (value: string, before: readonly string[]): string[] => [...before, value];

new Command("recover")
  .description("After a run that was killed: says what is pending, takes over what was made, then brings the stack up.")
  .argument("<stack>")
  .option("--adopt <urn=id>", "it is there, under this id; repeatable", collected, [])
  .option("--forget <urn>", "it is not there; repeatable", collected, [])
  .option("--unlock", "take away a lock whose holder cannot be seen from here")
  .option("--no-up", "stop before the update")
  .addOption(new Option("--project <name>", "another program").choices(PROJECTS))
  .addHelpText("after", EXAMPLES)
  .showHelpAfterError()
  .action(async (stack: string, flags: Flags) => {
    process.exitCode = await run(stack, flags);
  })
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });

async function run(stack: string, flags: Flags): Promise<number> {
  const folder = path.join(ROOT, flags.project ?? "");
  const answers = answersOf(flags);
  const finder = new AwsFinder(accountOf(folder, stack));
  const toolchain = await findPulumi();
  const env = { ...process.env, ...toolchain.env };
  try {
    const { open } = await recover({
      stack,
      engine: (args) => engine(toolchain.pulumi, args, folder, env),
      finder,
      say: (line) => console.log(line),
      answers,
      unlock: flags.unlock ?? false,
    });
    if (open.length > 0) return UNDECIDED;
  } catch (error) {
    if (!(error instanceof RecoverError)) throw error;
    console.error(error.message);
    return 1;
  }
  return flags.up ? update(["up", stack, ...(flags.project === undefined ? [] : ["--project", flags.project])]) : 0;
}

function engine(pulumi: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<EngineAnswer> {
  return new Promise((resolve, reject) => {
    const all = [...args, "--non-interactive"];
    execFile(pulumi, all, { cwd, env, maxBuffer: MOST_OUTPUT }, (error, stdout, stderr) => {
      // Without an exit code it never ran.
      const exitCode = error === null ? 0 : error.code;
      if (typeof exitCode === "number") resolve({ exitCode, stdout, stderr });
      else reject(new Error(`${pulumi} could not be run`, { cause: error }));
    });
  });
}

function accountOf(folder: string, stack: string): Account {
  const known = knownStacks(folder);
  if (!known.includes(stack)) throw new Error(`There is no stack "${stack}". Stacks here: ${known.join(", ")}.`);
  const text = readFileSync(path.join(folder, `Pulumi.${stack}.yaml`), "utf8");
  const { config = {} } = parse(text) as { readonly config?: Readonly<Record<string, unknown>> };
  return { accountId: String(config["affiliate:accountId"]), region: String(config["aws:region"]) };
}
