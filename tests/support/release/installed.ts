import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { EMULATOR_ACCOUNT } from "../aws-emulator";

const ROOT = path.resolve(__dirname, "../../..");

export interface Installed {
  readonly folder: string;
  readonly launcher: string;
}

/** Command line and stack file side by side, as an installation has them; the caller takes the folder away. */
export function installOperations(): Installed {
  const source = path.join(ROOT, "operations", "launch.mjs");
  // Bundles it, where a source has changed since.
  const built = spawnSync(process.execPath, [source, "--help"], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the command line cannot be bundled:\n${built.stderr}`);
  const folder = mkdtempSync(path.join(tmpdir(), "operations-"));
  const launcher = path.join(folder, "operations", "launch.mjs");
  cpSync(path.join(ROOT, "operations", "dist"), path.join(folder, "operations", "dist"), { recursive: true });
  cpSync(source, launcher);
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  const facts = [
    "config:",
    "  aws:region: ap-northeast-1",
    "  affiliate:environment: production",
    `  affiliate:accountId: "${EMULATOR_ACCOUNT}"`,
  ];
  writeFileSync(path.join(folder, "Pulumi.production.yaml"), `${facts.join("\n")}\n`);
  return { folder, launcher };
}
