// A cloud that misbehaves, through the real engine: each update ends in success or a clear error, and the next one converges.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faultsOf, withBirths, type Births } from "../../proof/kill/inventory";
import { withFaults } from "../../sandbox/cli/fault-flags";
import { Sandbox, type SandboxOptions, type UpdateResult } from "../../sandbox/cli/sandbox";
import { Cloud } from "../../sandbox/cloud/cloud";
import type { StackState } from "../../toolchain/recover/state";
import { scratch } from "../support/landed";

const PROGRAM = join(__dirname, "program");
const ENGINE = 600_000;
const STACK = "production";

class World {
  readonly stackFile: string;
  private readonly options: SandboxOptions & { readonly home: string };
  private births: Births = {};

  constructor(name: string) {
    const folder = scratch(`faults-${name.replaceAll(" ", "-")}`);
    mkdirSync(folder, { recursive: true });
    this.stackFile = join(folder, `Pulumi.${STACK}.yaml`);
    cpSync(join(PROGRAM, `Pulumi.${STACK}.yaml`), this.stackFile);
    const project = join(PROGRAM, "Pulumi.yaml");
    this.options = { home: join(folder, "home"), stackFiles: folder, project, policies: false, output: "capture" };
  }

  get cloud(): Cloud {
    return new Cloud(join(this.options.home, ".cloud"));
  }

  up(...faults: string[]): Promise<UpdateResult> {
    return new Sandbox(withFaults(this.options, faults)).update("up", STACK, ["--skip-preview"]);
  }

  async recover(...faults: string[]): Promise<string> {
    const lines: string[] = [];
    const say = (line: string): void => void lines.push(line);
    const { open } = await new Sandbox(withFaults(this.options, faults)).recover(STACK, { say });
    expect(open).toEqual([]);
    return lines.join("\n");
  }

  /** The next update succeeds, and everything is there once. */
  async converges(): Promise<void> {
    const { exitCode, stdout, stderr } = await this.up();
    expect(exitCode, stdout + stderr).toBe(0);
    const state = JSON.parse((await new Sandbox(this.options).export(STACK)).stdout) as StackState;
    expect(faultsOf(state, this.cloud, this.births, true)).toEqual([]);
    this.births = withBirths(this.births, this.cloud);
  }
}

describe("a cloud that misbehaves while something is made", () => {
  it.each([
    ["fails", "fail create aws:sqs/queue:Queue nth=1", "creating aws:sqs/queue:Queue (jobs): "],
    ["makes a half", "partial create aws:kms/key:Key nth=1", "did not finish"],
    ["does not answer", "timeout create aws:s3/bucket:Bucket nth=1", "creating aws:s3/bucket:Bucket (uploads): "],
  ])(
    "%s: the update says so, and the next one converges",
    async (name, fault, words) => {
      const world = new World(name);
      const { exitCode, stdout, stderr } = await world.up(fault);
      const printed = stdout + stderr;
      expect(exitCode).not.toBe(0);
      expect(printed).toContain(words);
      expect(printed).not.toMatch(/\n\s+at .+:\d+/);
      // It is there although nobody was told: its name would be taken.
      if (name === "does not answer")
        expect(await world.recover()).toMatch(/taken over: aws:s3\/bucket:Bucket uploads/);
      await world.converges();
    },
    ENGINE,
  );
});

describe("a cloud that misbehaves once everything is there", () => {
  const world = new World("read");

  it(
    "and throttled while it was made",
    async () => {
      const { exitCode, stdout, stderr } = await world.up("throttle create aws:ec2/vpc:Vpc");
      expect(exitCode, stdout + stderr).toBe(0);
      await world.converges();
    },
    ENGINE,
  );

  it(
    "is behind its own changes: what is not found is asked for again, and nothing is made twice",
    async () => {
      const text = readFileSync(world.stackFile, "utf8");
      writeFileSync(world.stackFile, text.replace('revision: "1"', 'revision: "2"'));
      const { exitCode } = await world.up("late create aws:lb/targetGroup:TargetGroup reads=1");
      expect(exitCode).toBe(0);
      expect(await world.recover()).toMatch(/TargetGroup web: there after all/);
      await world.converges();
    },
    ENGINE,
  );

  it(
    "lies once, of data",
    async () => {
      const said = await world.recover("lie read aws:rds/cluster:Cluster nth=1");
      expect(said).toMatch(/Cluster database: there after all/);
      await world.converges();
    },
    ENGINE,
  );

  it(
    "has really lost something: it is made again",
    async () => {
      const [queue] = world.cloud.list("aws:sqs/queue:Queue");
      if (queue === undefined) throw new Error("no queue");
      world.cloud.remove(queue);
      expect(await world.recover()).toMatch(/Queue jobs: gone/);
      await world.converges();
    },
    ENGINE,
  );
});
