import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "yaml";
import { runEngine, type EngineResult } from "../../../sandbox/cli/engine";
import { readEvents, type RunEvents } from "../../../sandbox/cli/events";
import { findPulumi } from "../../../toolchain/find";
import { temporaryFolder } from "./folder";

const REPOSITORY = resolve(__dirname, "../../..");

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The small program beside this folder in the real engine, with the simulated providers, in a folder of its own. */
export class Engine {
  readonly folder = temporaryFolder();
  readonly cloud = join(this.folder, "cloud");

  constructor(private readonly stack = "test") {
    mkdirSync(this.cloud);
    const providers = ["aws", "awsx"].map((name) => ({ name, path: join(REPOSITORY, "sandbox", "providers", name) }));
    const project = {
      name: "affiliate",
      main: join(REPOSITORY, "tests", "sandbox", "program", "index.cjs"),
      runtime: "nodejs",
      plugins: { providers },
    };
    writeFileSync(join(this.folder, "Pulumi.yaml"), stringify(project));
  }

  /** What runs from now on. */
  configure(parts: object): this {
    const config = {
      "aws:region": "ap-northeast-1",
      "aws:allowedAccountIds": ["123456789012"],
      "affiliate:parts": parts,
    };
    writeFileSync(join(this.folder, `Pulumi.${this.stack}.yaml`), stringify({ config }));
    return this;
  }

  async run(
    operation: "preview" | "up" | "refresh" | "destroy",
    env: NodeJS.ProcessEnv = {},
  ): Promise<EngineResult & { events: RunEvents }> {
    const yes = operation === "preview" ? [] : ["--yes", "--skip-preview"];
    const log = join(this.folder, `${operation}.jsonl`);
    writeFileSync(log, "");
    const result = await this.pulumi([operation, "--stack", this.stack, ...yes, "--event-log", log], env);
    return { ...result, events: readEvents(log) };
  }

  async init(): Promise<this> {
    const result = await this.pulumi(["stack", "init", this.stack, "--no-select"]);
    if (result.exitCode !== 0) throw new Error(result.stderr);
    return this;
  }

  async state(): Promise<StateResource[]> {
    const { stdout } = await this.pulumi(["stack", "export", "--stack", this.stack]);
    return (JSON.parse(stdout) as { deployment: { resources?: StateResource[] } }).deployment.resources ?? [];
  }

  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await this.pulumi(["stack", "output", "--stack", this.stack, "--json"]);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  async pulumi(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<EngineResult> {
    const toolchain = await findPulumi({ env: process.env });
    return runEngine({
      pulumi: toolchain.pulumi,
      args,
      cwd: this.folder,
      output: "capture",
      env: {
        ...process.env,
        ...toolchain.env,
        PULUMI_BACKEND_URL: pathToFileURL(this.folder).href,
        PULUMI_HOME: join(this.folder, "home"),
        PULUMI_CONFIG_PASSPHRASE: "",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DEBUG_COMMANDS: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        SANDBOX_CLOUD: this.cloud,
        ...env,
      },
    });
  }
}
