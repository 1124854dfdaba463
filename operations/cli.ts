import { type Host, run } from "./main";
import { verbs } from "./verbs";

const description =
  "The operator's command line. It needs AWS credentials and the stack file, and neither Pulumi nor its state.\n" +
  "Results go to standard output, messages to standard error. Piped through npm, add --silent:\n" +
  "  npm run --silent operations -- secrets check --stack production --json";

/** The bundle's only export: see launch.mjs. */
export function start(root: string): Promise<number> {
  const { argv, env, stdin, stdout, stderr } = process;
  const host: Host = { root, env, stdin, stdout, stderr };
  return run({ name: "operations", description }, verbs, argv.slice(2), host);
}
