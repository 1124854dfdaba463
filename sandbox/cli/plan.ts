import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { policyEnvironment } from "../../policy/environment";
import { findPulumi } from "../../toolchain/find";
import { run } from "../../toolchain/processes";
import { REAL_PLAN, SIMULATION, announce, standIn } from "./banner";
import { type EngineResult, type EngineRun, runEngine } from "./engine";
import { type RunEvents, readEvents } from "./events";
import { REPOSITORY, baseEnvironment } from "./home";
import { writeProject } from "./project";
import { initialize } from "./sandbox";
import { type StackFile, readStackFile, writeStackFile } from "./stacks";

export interface PlanOptions {
  readonly stack: string;
  readonly args?: readonly string[];
  /** Lets the sandbox's providers stand in even where the real ones can be had. @default false */
  readonly simulated?: boolean;
  /** @default the repository's root */
  readonly stackFiles?: string;
  /** Which project stands in, and so which providers are needed. @default sandbox/Pulumi.yaml */
  readonly sandboxProject?: string;
  /** As the sandbox's: decides which file of thresholds the policies read. @default the platform's */
  readonly folder?: string;
  /** @default Pulumi.yaml at the root */
  readonly project?: string;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Without them only where they are not what is looked at. @default true */
  readonly policies?: boolean;
  /** Where the events are kept; relative to the working folder. @default nowhere, once they are read */
  readonly eventLog?: string;
  readonly output?: EngineRun["output"];
}

export interface PlanResult extends EngineResult {
  readonly events: RunEvents;
  readonly providers: "real" | "simulated";
}

/** A slow line needs minutes for the aws plugin; one that cannot connect is told at its first try. */
const PLUGIN_TIMEOUT_SECONDS = 600;
const UNREACHABLE = /dial |no such host|connection refused|unreachable|TLS handshake|\b40[37]\b/;

/** Keys of the aws provider that say nothing of an account or of credentials. */
const AWS_KEPT = new Set(["aws:region", "aws:defaultTags", "aws:ignoreTags"]);

/** What lets the real providers plan with no account and no call, found by trying. */
const NO_CREDENTIALS: Readonly<Record<string, string>> = {
  "aws:accessKey": "planning",
  "aws:secretKey": "planning",
  "aws:skipCredentialsValidation": "true",
  "aws:skipRequestingAccountId": "true",
  "aws:skipMetadataApiCheck": "true",
  "aws:skipRegionValidation": "true",
  "datadog:validate": "false",
};

/**
 * The stack file of a plan: the program's own config as it is, the providers' so that they need no account. The guard
 * `aws:allowedAccountIds` goes too: the provider would have to ask AWS which account it is in.
 */
export function planStackFile({ config = {} }: StackFile): StackFile {
  const kept = Object.entries(config).filter(([key]) => {
    const [provider] = key.split(":");
    // With an owner the github provider looks the organization up; Datadog's keys would be used to validate monitors.
    return provider === "aws" ? AWS_KEPT.has(key) : provider !== "datadog" && provider !== "github";
  });
  return { config: { ...Object.fromEntries(kept), ...NO_CREDENTIALS } };
}

/** Previews a stack against the real provider plugins, without credentials; the sandbox's stand in where there are none. */
export async function plan(options: PlanOptions): Promise<PlanResult> {
  const { stack, stackFiles = REPOSITORY, env = process.env, args = [], output, policies = true } = options;
  const content = planStackFile(readStackFile(stackFiles, stack));
  const toolchain = await findPulumi({ env });
  const folder = mkdtempSync(path.join(tmpdir(), "affiliate-plan-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    const sandboxProject = options.sandboxProject ?? path.join(REPOSITORY, "sandbox", "Pulumi.yaml");
    const { providers } = writeProject(sandboxProject, folder);
    const base = baseEnvironment(env, toolchain.env);
    const missing = options.simulated
      ? "the sandbox's were asked for"
      : await installPlugins(toolchain.pulumi, providers, base);
    if (missing === undefined) {
      writeProject(options.project ?? path.join(REPOSITORY, "Pulumi.yaml"), folder);
      announce(REAL_PLAN);
    } else {
      announce([...SIMULATION, ...standIn(missing)]);
    }
    writeStackFile(path.join(folder, `Pulumi.${stack}.yaml`), content, path.join(stackFiles, `Pulumi.${stack}.yaml`));
    const state = path.join(folder, "state");
    mkdirSync(state);
    const engine = {
      pulumi: toolchain.pulumi,
      cwd: folder,
      env: {
        ...base,
        ...(policies && policyEnvironment(stack, options.folder)),
        PULUMI_BACKEND_URL: pathToFileURL(state).href,
        // A developer's profile, or the role of the machine this runs on, must not answer.
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        ...(missing !== undefined && {
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          SANDBOX_CLOUD: path.join(folder, "cloud"),
          // Refuses every invoke: a program that looks something up while it plans fails here too.
          SANDBOX_PLAN: "1",
        }),
      },
    };
    await initialize(engine, stack);
    const log = path.join(folder, "events.jsonl");
    const result = await runEngine({
      ...engine,
      args: ["preview", "--stack", stack, "--event-log", log, ...args],
      output,
    });
    if (options.eventLog !== undefined && existsSync(log)) copyFileSync(log, options.eventLog);
    return { ...result, events: readEvents(log), providers: missing === undefined ? "real" : "simulated" };
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/** Installs the plugins at the versions of their npm packages. Gives the reason when one cannot be had. */
async function installPlugins(
  pulumi: string,
  providers: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const folder = path.join(env.PULUMI_HOME || path.join(env.HOME ?? "", ".pulumi"), "plugins");
  for (const name of providers) {
    const manifest = readFileSync(path.join(REPOSITORY, "node_modules", "@pulumi", name, "package.json"), "utf8");
    const { version } = JSON.parse(manifest) as { version: string };
    if (existsSync(path.join(folder, `resource-${name}-v${version}`))) {
      continue;
    }
    process.stderr.write(`plan: installing the ${name} plugin ${version}\n`);
    const abort = new AbortController();
    let unreachable: string | undefined;
    try {
      await run(pulumi, ["plugin", "install", "resource", name, version, "--non-interactive"], {
        env,
        timeoutSeconds: PLUGIN_TIMEOUT_SECONDS,
        signal: abort.signal,
        onErrorLine: (line) => {
          // The CLI would try five times more: nothing changes in those ten seconds.
          if (UNREACHABLE.test(line)) {
            unreachable ??= line.replace(/^.*?(dial |Get )/, "$1");
            abort.abort();
          }
        },
      });
    } catch (error) {
      return `${name} ${version}: ${unreachable ?? (error instanceof Error ? error.message : String(error))}`;
    }
  }
  return undefined;
}
