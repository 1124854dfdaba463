import { realpathSync } from "node:fs";
import path from "node:path";
import { CLI_FILE, type Executables, LANGUAGE_HOST_FILE, isExecutable } from "./install-folder";
import { run } from "./processes";

export type OnPath = (Executables & { readonly version: string }) | { readonly why: string };

/** The first CLI on PATH that is the pinned version or newer and has its Node language host. */
export async function findOnPath(pinned: string, env: NodeJS.ProcessEnv): Promise<OnPath> {
  const folders = (env.PATH ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const why: string[] = [];
  for (const pulumi of candidates(folders)) {
    const version = await versionOf(pulumi, env);
    if (version === undefined) {
      why.push(`${pulumi} does not say its version`);
    } else if (!isAtLeast(version, pinned)) {
      why.push(`${pulumi} is ${version}, ${pinned} or a newer 3.x is needed`);
    } else {
      // The CLI looks beside itself first, and through a link beside the link's target.
      const places = [path.dirname(pulumi), path.dirname(realpathSync(pulumi)), ...folders];
      const languageHost = places.map((folder) => path.join(folder, LANGUAGE_HOST_FILE)).find(isExecutable);
      if (languageHost !== undefined) {
        return { pulumi, languageHost, version };
      }
      why.push(`${pulumi} has no ${LANGUAGE_HOST_FILE} beside it or on PATH`);
    }
  }
  return { why: why.length > 0 ? why.join("; ") : "none on PATH" };
}

/** Leaves out the npm package's own starter, which npm puts on PATH: asking it for its version starts a download. */
function candidates(folders: readonly string[]): string[] {
  const files = folders.map((folder) => path.join(folder, CLI_FILE)).filter(isExecutable);
  const real = new Map(files.map((file) => [realpathSync(file), file]).reverse() as [string, string][]);
  return files.filter((file) => {
    const target = realpathSync(file);
    return real.get(target) === file && !target.split(path.sep).includes("node_modules");
  });
}

async function versionOf(pulumi: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const quiet = { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const output = await run(pulumi, ["version"], { env: quiet, timeoutSeconds: 20 });
    return /^v?(\d+\.\d+\.\d+\S*)$/m.exec(output.trim())?.[1];
  } catch {
    return undefined;
  }
}

/** Whether `version` is `pinned` or newer within the same major version; a pre-release of the pinned one is older. */
export function isAtLeast(version: string, pinned: string): boolean {
  const [have, want] = [version, pinned].map((text) => text.split(/[-+]/)[0]?.split(".").map(Number) ?? []);
  if (have === undefined || want === undefined || have[0] !== want[0]) {
    return false;
  }
  const difference = [1, 2].map((index) => (have[index] ?? 0) - (want[index] ?? 0)).find((value) => value !== 0) ?? 0;
  return difference > 0 || (difference === 0 && !version.includes("-"));
}
