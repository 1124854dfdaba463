import path from "node:path";
import { type Executables, installed } from "./install-folder";
import { run } from "./processes";

/** A slow line needs minutes for about 150 MB; a network that does not answer is told at once or after 10 s by fetch. */
const TIMEOUT_SECONDS = 300;

const PROGRAM = `
  const [resolver, version] = process.argv.slice(1);
  const { resolve } = require(resolver);
  resolve({ version }).catch((error) => {
    process.stderr.write([error.message, error.cause?.message].filter(Boolean).join(": ") + "\\n");
    process.exit(1);
  });
`;

/** Lets the npm package `pulumi` download its CLI, as `npx pulumi` would, within a time limit. */
export async function download(
  npmPackage: string,
  version: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  report: (line: string) => void,
): Promise<Executables> {
  report(`downloading Pulumi ${version} by its npm package`);
  await run(process.execPath, ["-e", PROGRAM, path.join(npmPackage, "lib", "resolve.js"), version], {
    env,
    timeoutSeconds: TIMEOUT_SECONDS,
  }).catch((error: unknown) => {
    throw error instanceof Error ? new Error(error.message.replace(/^Downloading pulumi \S+ \| /, "")) : error;
  });
  const found = installed(folder);
  if (found === undefined) {
    throw new Error(`the download left no complete CLI in ${folder}`);
  }
  return found;
}
