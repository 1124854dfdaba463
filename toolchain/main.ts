import { findPulumi } from "./find";

const MEANING = {
  path: "found on PATH",
  installed: "installed earlier",
  download: "downloaded by its npm package",
  build: "built from Go modules",
} as const;

findPulumi().then(
  (found) => {
    process.stdout.write(`Pulumi ${found.version}, ${MEANING[found.source]}\n`);
    process.stdout.write(`  CLI            ${found.pulumi}\n  language host  ${found.languageHost}\n`);
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
