import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { policyEnvironment } from "../../policy/environment";
import { findPulumi } from "../../toolchain/find";
import { recover, type Recovered, type RecoverOptions } from "../../toolchain/recover/recover";
import { Cloud } from "../cloud/cloud";
import { CloudFinder } from "../cloud/finder";
import { type EngineResult, type EngineRun, runEngine } from "./engine";
import { type RunEvents, readEvents } from "./events";
import { type Home, REPOSITORY, openHome, sandboxEnvironment } from "./home";
import { projectName, writeProject } from "./project";
import { copyStackFile } from "./stacks";

export type Update = "preview" | "up" | "refresh" | "destroy";

export interface SandboxOptions {
  /** The folder that keeps state, cloud and copies. @default the sandbox folder */
  readonly home?: string;
  /** The folder whose Pulumi.<stack>.yaml are copied. @default the repository's root */
  readonly stackFiles?: string;
  /** The project file: which program, which providers. @default sandbox/Pulumi.yaml */
  readonly project?: string;
  /** Where in the home its copies are kept: stacks of two programs may have one name. @default the home's own folder */
  readonly folder?: string;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Without them only to measure what they cost. @default true */
  readonly policies?: boolean;
  /** @default "pass" */
  readonly output?: EngineRun["output"];
}

export interface UpdateResult extends EngineResult {
  readonly events: RunEvents;
  /** The file of its events. */
  readonly log: string;
}

/** The platform's program in the real engine, over the simulated cloud of one home. */
export class Sandbox {
  readonly home: Home;
  readonly #options: SandboxOptions;

  constructor(options: SandboxOptions = {}) {
    this.#options = options;
    this.home = openHome(options.home);
  }

  /** The project file that is copied. */
  get #project(): string {
    return this.#options.project ?? path.join(REPOSITORY, "sandbox", "Pulumi.yaml");
  }

  /** The program's, as it stands in URNs. */
  get projectName(): string {
    return projectName(this.#project);
  }

  /** Where the file backend keeps the stack's state; there before its first update. */
  stateFile(stack: string): string {
    return path.join(this.home.state, ".pulumi", "stacks", this.projectName, `${stack}.json`);
  }

  /** The flag that names the program in a command. */
  get #named(): string {
    const { folder } = this.#options;
    return folder === undefined ? "" : ` --project ${folder}`;
  }

  /** Runs an update without asking: nothing here is worth a question. */
  async update(operation: Update, stack: string, args: readonly string[] = []): Promise<UpdateResult> {
    const log = path.join(this.home.state, "events", this.#options.folder ?? "", `${stack}-${operation}.jsonl`);
    mkdirSync(path.dirname(log), { recursive: true });
    rmSync(log, { force: true });
    // Both preview first: policies judge the whole plan, and what is protected stops it, before anything is touched.
    const plan = { preview: [], up: ["--yes"], destroy: ["--yes"], refresh: ["--yes", "--skip-preview"] }[operation];
    const result = await this.run(stack, [operation, "--stack", stack, ...plan, "--event-log", log, ...args], {
      create: operation === "preview" || operation === "up",
    });
    return { ...result, events: readEvents(log), log };
  }

  /** Takes away the lock of a run that was killed. */
  cancel(stack: string, args: readonly string[] = []): Promise<EngineResult> {
    return this.run(stack, ["cancel", "--yes", "--stack", stack, ...args]);
  }

  outputs(stack: string, args: readonly string[] = []): Promise<EngineResult> {
    return this.run(stack, ["stack", "output", "--stack", stack, ...args]);
  }

  /** The state as JSON, secrets encrypted. */
  export(stack: string, args: readonly string[] = []): Promise<EngineResult> {
    return this.run(stack, ["stack", "export", "--stack", stack, ...args]);
  }

  /** Makes the state true again after a run that was killed; the next update converges. */
  recover(stack: string, options: Pick<RecoverOptions, "say" | "answers" | "unlock">): Promise<Recovered> {
    return recover({
      ...options,
      stack,
      finder: new CloudFinder(new Cloud(this.home.cloud)),
      // Nothing is made here: the policies judge the update that follows.
      engine: (args) => this.run(stack, args, { output: "capture", policies: false }),
    });
  }

  /** Takes over a state that was exported, of a stack that is made where there is none. */
  import(stack: string, args: readonly string[] = []): Promise<EngineResult> {
    return this.run(stack, ["stack", "import", "--stack", stack, ...args], { create: true });
  }

  /** Whether a run is at work on the stack, or was killed. */
  isLocked(stack: string): boolean {
    return hasFiles(path.join(this.home.state, ".pulumi", "locks", "organization", this.projectName, stack));
  }

  /** Runs the CLI on a stack that exists, or is made when `create` is set, with a fresh copy of its stack file. */
  private async run(
    stack: string,
    args: readonly string[],
    how: Pick<SandboxOptions, "output" | "policies"> & { readonly create?: boolean } = {},
  ): Promise<EngineResult> {
    const { stackFiles = REPOSITORY, env = process.env } = this.#options;
    const { create = false, output = this.#options.output, policies = this.#options.policies ?? true } = how;
    const copies = path.join(this.home.stacks, this.#options.folder ?? "");
    copyStackFile(stackFiles, stack, copies);
    writeProject(this.#project, copies);
    const toolchain = await findPulumi({ env });
    const common = {
      pulumi: toolchain.pulumi,
      cwd: copies,
      env: {
        ...sandboxEnvironment(this.home, env, toolchain.env),
        ...(policies && policyEnvironment(stack, this.#options.folder)),
      },
    };
    if (!existsSync(this.stateFile(stack))) {
      if (!create) {
        throw new Error(
          `The stack "${stack}" is not in this sandbox yet. Bring it up: npm run sandbox -- up --stack ${stack}${this.#named}`,
        );
      }
      await initialize(common, stack);
    }
    const result = await runEngine({ ...common, args, output });
    // Who recovers knows, and says it better.
    const told = how.output === undefined && result.exitCode !== 0;
    if (!told || !this.isLocked(stack)) return result;
    const hint = `The stack is locked by a run that is at work or was killed. If none is at work: npm run sandbox -- recover --stack ${stack}${this.#named}\n`;
    if (output === "capture") return { ...result, stderr: result.stderr + hint };
    process.stderr.write(hint);
    return result;
  }
}

function hasFiles(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith(".json"));
}

/** Makes the stack in its backend; the CLI writes a salt into the copy of the stack file. */
export async function initialize(engine: Omit<EngineRun, "args" | "output">, stack: string): Promise<void> {
  const result = await runEngine({ ...engine, args: ["stack", "init", stack, "--no-select"], output: "capture" });
  // Another run may have been first.
  if (result.exitCode !== 0 && !result.stderr.includes("already exists")) {
    throw new Error(`The stack "${stack}" could not be made:\n${result.stderr.trim() || result.stdout.trim()}`);
  }
}
