// `npm run policy -- --stack <stack>`: judges the state of a stack that is already up. A self-managed backend enforces no pack by
// itself, so what was changed by hand with `pulumi up` is found here.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { findPulumi } from "../toolchain/find";
import type { RuleConfig } from "./framework/judge";
import { judgePlan } from "./framework/judge";
import { plannedOf, type StateExport } from "./framework/state";
import { rules } from "./rules";

const USAGE = `usage: npm run policy -- --stack <stack> [--file <state.json>]

  npm run policy -- --stack production                     asks the backend that you are logged in to
  npm run policy -- --stack production --file state.json   judges \`pulumi stack export\` of before

Ends with 0 when nothing is wrong, 1 when something is, 2 when it could not judge.`;

async function exported(stack: string): Promise<StateExport> {
  const toolchain = await findPulumi();
  const { stdout } = await promisify(execFile)(toolchain.pulumi, ["stack", "export", "--stack", stack], {
    cwd: path.resolve(__dirname, ".."),
    env: { ...process.env, ...toolchain.env },
    maxBuffer: 256 * 1024 * 1024,
  });
  return JSON.parse(stdout) as StateExport;
}

function configOf(stack: string): Record<string, RuleConfig> {
  try {
    return JSON.parse(readFileSync(path.join(__dirname, "stacks", `${stack}.json`), "utf8")) as Record<
      string,
      RuleConfig
    >;
  } catch (error) {
    // A stack without a file is held to the rules' defaults.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}

export async function judgeStackState(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: { stack: { type: "string" }, file: { type: "string" }, help: { type: "boolean", default: false } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (values.stack === undefined) throw new Error(`--stack is wanted\n${USAGE}`);
  const state =
    values.file === undefined
      ? await exported(values.stack)
      : (JSON.parse(readFileSync(values.file, "utf8")) as StateExport);
  const { violations, exempted } = judgePlan(rules, plannedOf(state), configOf(values.stack));
  for (const { rule, urn, message } of violations) console.log(`${rule}  ${urn ?? values.stack}\n${message}\n`);
  for (const { rule, urn, exemption } of exempted) {
    console.log(`exempt from ${rule} until ${exemption.until}: ${urn} (${exemption.reason}; ${exemption.owner})`);
  }
  console.log(`${values.stack}: ${rules.length} rules, ${violations.length} violations, ${exempted.length} exempted`);
  return violations.length === 0 ? 0 : 1;
}

if (require.main === module) {
  judgeStackState(process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 2;
    },
  );
}
