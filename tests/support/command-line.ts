import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterAll } from "vitest";
import { run } from "../../operations/main";
import type { Verb } from "../../operations/verb";
import { EMULATOR_ACCOUNT } from "./aws-emulator";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder that goes when the test file is done; to be called at its top. */
export function temporaryFolder(prefix: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with stack files of the emulator's account, as the command line reads them. */
export function stackFolder(): string {
  const folder = temporaryFolder("stacks-");
  for (const [stack, account] of [
    ["production", EMULATOR_ACCOUNT],
    ["staging", EMULATOR_ACCOUNT],
    ["elsewhere", "999999999999"],
  ]) {
    const environment = stack === "elsewhere" ? "production" : stack;
    const lines = [
      "config:",
      "  aws:region: ap-northeast-1",
      "  aws:defaultTags: { tags: { Project: affiliate-system, ManagedBy: Pulumi } }",
      `  affiliate:environment: ${environment}`,
      `  affiliate:accountId: "${account}"`,
      "  affiliate:domain:",
      "    zoneName: affiliate.example",
      "    zoneId: Z0123456789ABC",
      "  affiliate:recovery: { copyRegion: ap-northeast-3 }",
    ];
    writeFileSync(path.join(folder, `Pulumi.${stack}.yaml`), `${lines.join("\n")}\n`);
  }
  return folder;
}

/** Runs a command line in this process, with `input` piped into it. */
export async function runVerbs(
  verbs: readonly Verb[],
  argv: readonly string[],
  root: string,
  input = "",
): Promise<Ran> {
  // Read when it is over: until then it has to hold whatever is printed.
  const highWaterMark = 16 * 1024 * 1024;
  const printed = { stdout: new PassThrough({ highWaterMark }), stderr: new PassThrough({ highWaterMark }) };
  const code = await run({ name: "operations", description: "Tests." }, verbs, argv, {
    root,
    env: {},
    stdin: Readable.from(input === "" ? [] : [input]),
    ...printed,
  });
  const text = (stream: PassThrough) => ((stream.read() as Buffer | null) ?? "").toString();
  return { code, stdout: text(printed.stdout), stderr: text(printed.stderr) };
}
