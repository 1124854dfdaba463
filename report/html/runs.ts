// Plans made for a report: in the simulated cloud, or in the account that the stack names.
import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Sandbox, type SandboxOptions } from "../../sandbox/cli/sandbox";
import { update } from "../../toolchain/update";
import { readSource, type Source } from "./sources";

/** @throws {Error} when the plan did not come so far that there is something to show. */
export async function sandboxSource(stack: string, options: SandboxOptions): Promise<Source> {
  const sandbox = new Sandbox({ ...options, output: "capture" });
  const { stdout, stderr, log } = await sandbox.update("preview", stack, ["--json"]);
  if (!existsSync(log) || !/^\{/m.test(stdout)) throw new Error(`${stack}: the plan failed:\n${stderr || stdout}`);
  return inFolder((folder) => {
    const resources = path.join(folder, "plan.json");
    writeFileSync(resources, stdout);
    return Promise.resolve(readSource({ stack, cloud: "simulated", eventLog: log, resources }));
  });
}

/** `npm run preview`, with its policy pack and the caller's credentials. */
export function accountSource(stack: string): Promise<Source> {
  return inFolder(async (folder) => {
    const [eventLog, resources] = [path.join(folder, "events.jsonl"), path.join(folder, "plan.json")];
    const file = openSync(resources, "w", 0o600);
    try {
      const code = await update(["preview", stack, "--json", "--event-log", eventLog], { output: file });
      if (code !== 0 && !/^\{/m.test(readFileSync(resources, "utf8")))
        throw new Error(`${stack}: the plan failed (exit code ${code})`);
    } finally {
      closeSync(file);
    }
    return readSource({ stack, cloud: "aws", eventLog, resources });
  });
}

/** A plan may hold what is nobody else's: its files are in a folder of ours, and go with it. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), "affiliate-report-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
