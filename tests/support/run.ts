// Vitest's global set-up: one scratch folder for the run, so that stacks which many files look at are brought up once.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const RUN_FOLDER = "AFFILIATE_TEST_RUN";

export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "affiliate-tests-"));
  process.env[RUN_FOLDER] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
