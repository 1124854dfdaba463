import { existsSync } from "node:fs";
import path from "node:path";

const POLICY = path.resolve(__dirname, "../../policy");

/**
 * Enforces the policy pack on each preview and update: the CLI reads its flags from `PULUMI_OPTION_…` too. The executable form, since
 * a language host built from Go modules cannot run packs; other CLIs run it just the same.
 * @param env - a pack that the caller has chosen stays chosen
 */
export function policyEnvironment(stack: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env["PULUMI_OPTION_POLICY_PACK"] !== undefined) return {};
  const config = path.join(POLICY, "stacks", `${stack}.json`);
  return {
    PULUMI_OPTION_POLICY_PACK: path.join(POLICY, "pulumi-analyzer-affiliate"),
    ...(existsSync(config) && { PULUMI_OPTION_POLICY_PACK_CONFIG: config }),
  };
}
