// `npm run record:upgrade`: brings both stacks up in a simulated cloud of their own, and keeps their states beside this file, as those
// of this commit. tests/stacks/upgrade.test.ts holds later versions against them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliCompressSync } from "node:zlib";
import type { StateExport } from "../../../policy/framework/state";
import { REPOSITORY } from "../../../sandbox/cli/home";
import { Sandbox } from "../../../sandbox/cli/sandbox";

export interface Recorded {
  /** The version that wrote the state. */
  readonly commit: string;
  readonly state: StateExport;
}

const git = (...args: string[]): string => execFileSync("git", args, { cwd: REPOSITORY, encoding: "utf8" }).trim();

async function record(): Promise<void> {
  const changed = git("status", "--porcelain", "--", ".", ":!tests");
  if (changed !== "") {
    throw new Error(`The state would be of no commit; commit first, or take back:\n${changed}`);
  }
  const commit = git("rev-parse", "HEAD");
  const home = mkdtempSync(path.join(tmpdir(), "record-upgrade-"));
  try {
    const sandbox = new Sandbox({ home, output: "capture" });
    for (const stack of ["production", "staging"]) {
      const up = await sandbox.update("up", stack);
      if (up.exitCode !== 0) throw new Error(`${stack} did not come up:\n${up.stdout}\n${up.stderr}`);
      // Where code was bundled is of no account, and differs from machine to machine.
      const text = (await sandbox.export(stack)).stdout.replaceAll(REPOSITORY, "/repository");
      const recorded: Recorded = { commit, state: JSON.parse(text) as StateExport };
      const file = path.join(__dirname, `${stack}.json.br`);
      writeFileSync(file, brotliCompressSync(JSON.stringify(recorded)));
      console.log(
        `${path.relative(process.cwd(), file)}: ${recorded.state.deployment.resources?.length ?? 0} resources`,
      );
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

if (require.main === module) {
  record().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
