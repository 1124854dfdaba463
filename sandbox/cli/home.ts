import { mkdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { ToolchainEnvironment } from "../../toolchain/find";

export const REPOSITORY = path.resolve(__dirname, "../..");

/** The folders that a sandbox keeps; all of them git-ignored, all of them safe to delete together. */
export interface Home {
  /** The file backend and the CLI's own folder. */
  readonly state: string;
  /** The simulated cloud: what "exists". */
  readonly cloud: string;
  /** The generated project file and copies of stack files; the CLI runs here. */
  readonly stacks: string;
}

/** @param folder - where to keep them; tests and parallel runs have one each. @default the sandbox folder itself */
export function openHome(folder = path.join(REPOSITORY, "sandbox")): Home {
  const base = path.resolve(folder);
  const home = {
    state: path.join(base, ".state"),
    cloud: path.join(base, ".cloud"),
    stacks: path.join(base, ".stacks"),
  };
  Object.values(home).forEach((each) => mkdirSync(each, { recursive: true }));
  return home;
}

/** Variables that would send a run to somebody's account, organization or settings: none of them reaches the engine. */
const FOREIGN = /^(AWS_|DD_|DATADOG_|GITHUB_|GH_TOKEN$|PULUMI_(ACCESS_TOKEN|API|CONFIG_PASSPHRASE_FILE|ORG|STACK)$)/;

/**
 * The engine writes the whole state anew before and after each step: more than half of an update's processor time here, where the
 * cloud answers at once. With this it writes it once, at the end; a run that is killed has then noted nothing, and `recover` finds
 * what it made in the cloud alone.
 */
export const ONE_CHECKPOINT = { PULUMI_SKIP_CHECKPOINTS: "true" } as const;

/** The caller's environment without credentials, and what every run of the CLI here has in common. */
export function baseEnvironment(env: NodeJS.ProcessEnv, toolchain: ToolchainEnvironment): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN.test(name)));
  return {
    ...kept,
    ...toolchain,
    // Anyone may read this state: its cloud is made up, and so is every secret in it.
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The event log, from which the summary is made, is a debugging flag.
    PULUMI_DEBUG_COMMANDS: "true",
  };
}

/** The environment of the engine over the simulated cloud. */
export function sandboxEnvironment(
  home: Home,
  env: NodeJS.ProcessEnv,
  toolchain: ToolchainEnvironment,
): NodeJS.ProcessEnv {
  return {
    ...baseEnvironment(env, toolchain),
    // By environment rather than by login: the user's own login and selected stacks stay as they are. Without the files of
    // metadata beside the state's: they are not written at once, and a kill between two bytes made a state unreadable.
    PULUMI_BACKEND_URL: `${pathToFileURL(home.state).href}?metadata=skip`,
    PULUMI_HOME: path.join(home.state, "home"),
    // Every provider is served from this repository; one that is missing is a fault, not a download.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    SANDBOX_CLOUD: home.cloud,
  };
}
