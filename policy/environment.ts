import { existsSync } from "node:fs";
import path from "node:path";

/**
 * What makes the CLI enforce the pack on an update: it reads each of its flags from `PULUMI_OPTION_…` too, and a self-managed
 * backend has no other place to say it. The executable form, since a language host built from Go modules cannot run packs; other
 * CLIs run it just the same. The path must be absolute.
 * @param project A program beside the platform's, such as "account".
 */
export function policyEnvironment(stack: string, project?: string): Readonly<Record<string, string>> {
  const config = path.join(__dirname, "stacks", project ?? "", `${stack}.json`);
  return {
    PULUMI_OPTION_POLICY_PACK: path.join(__dirname, "pulumi-analyzer-affiliate"),
    // A stack without a file of its own is held to production's thresholds: the rules' defaults.
    ...(existsSync(config) && { PULUMI_OPTION_POLICY_PACK_CONFIG: config }),
  };
}
