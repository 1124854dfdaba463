// `npm run preview -- <stack>` and `npm run up -- <stack>`: the real thing, with the policy pack. There is no script without it.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import path from "node:path";
import { policyEnvironment } from "../policy/environment";
import { findPulumi } from "./find";

const ROOT = path.resolve(__dirname, "..");
const OPERATIONS = ["preview", "up"] as const;
type Operation = (typeof OPERATIONS)[number];

const USAGE = `usage: npm run preview -- <stack> [flags of pulumi preview]
       npm run up -- <stack> [flags of pulumi up]

  npm run preview -- staging --diff
  npm run preview -- staging --event-log events.jsonl      for npm run comment and npm run report
  npm run up -- production
  npm run up -- production --project account     what exists once per AWS account or repository (docs/delivery.md)

The policy pack judges every run; what a stack may do besides is in policy/stacks/<stack>.json.`;

/** Programs beside the platform's, each in a folder of its name. */
export const PROJECTS = ["account"] as const;
export type Project = (typeof PROJECTS)[number];

interface Request {
  readonly operation: Operation;
  readonly stack: string;
  readonly flags: readonly string[];
  /** @default the platform's program */
  readonly project?: Project;
}

/** Throws with what to do instead: a run without the pack, or with another one, is not to be had here. */
export function parseRequest(words: readonly string[]): Request {
  const { project, rest } = withoutProject(words);
  const [operation, stack, ...flags] = rest;
  if (!OPERATIONS.some((known) => known === operation))
    throw new Error(`unknown operation ${operation ?? "(none)"}\n${USAGE}`);
  if (stack === undefined || stack.startsWith("-"))
    throw new Error(`a stack is wanted, found ${stack ?? "nothing"}\n${USAGE}`);
  const refused = flags.find((flag) => /^--(policy-pack|stack)(-config)?(=|$)|^-s$/.test(flag));
  if (refused !== undefined)
    throw new Error(`${refused} is not yours to set: the stack's own pack judges every run\n${USAGE}`);
  return { operation: operation as Operation, stack, flags, ...(project && { project }) };
}

function withoutProject(words: readonly string[]): { project?: Project; rest: readonly string[] } {
  const at = words.indexOf("--project");
  if (at === -1) return { rest: words };
  const project = PROJECTS.find((known) => known === words[at + 1]);
  if (project === undefined)
    throw new Error(`unknown project ${words[at + 1] ?? "(none)"}; known: ${PROJECTS.join(", ")}\n${USAGE}`);
  return { project, rest: words.toSpliced(at, 2) };
}

/**
 * Resources that the engine works on at once. Its own default is four for each processor: 8 on a machine of two, where the
 * first update of production then takes an eighth longer than its critical path (docs/performance.md).
 */
export const PARALLEL = 16;

/** The environment of the CLI: the caller's, with the pack, whatever the caller's says of it. */
export function updateEnvironment(
  env: NodeJS.ProcessEnv,
  toolchain: Readonly<Record<string, string>>,
  stack: string,
  project?: string,
): NodeJS.ProcessEnv {
  const own = Object.entries(env).filter(([name]) => !name.startsWith("PULUMI_OPTION_POLICY_PACK"));
  return {
    PULUMI_PARALLEL: String(PARALLEL),
    ...Object.fromEntries(own),
    ...toolchain,
    ...policyEnvironment(stack, project),
    // --event-log, from which comments are made, is a debugging flag.
    PULUMI_DEBUG_COMMANDS: "true",
  };
}

export interface UpdateOptions {
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** The file that takes standard output, for a caller that reads it. @default our own */
  readonly output?: number;
}

export async function update(words: readonly string[], options: UpdateOptions = {}): Promise<number> {
  const { env = process.env, output = "inherit" } = options;
  const { operation, stack, flags, project } = parseRequest(words);
  const toolchain = await findPulumi({ env });
  const child = spawn(toolchain.pulumi, [operation, "--stack", stack, ...flags], {
    cwd: path.join(ROOT, project ?? ""),
    env: updateEnvironment(env, { ...toolchain.env }, stack, project),
    stdio: ["inherit", output, "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

if (require.main === module) {
  if (process.argv.includes("--help")) console.log(USAGE);
  else
    update(process.argv.slice(2)).then(
      (code) => (process.exitCode = code),
      (error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        process.exitCode = 2;
      },
    );
}
