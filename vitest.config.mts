import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/support/run.ts"],
    // Engine tests start real processes; two cores are what CI has.
    maxWorkers: 2,
    // Each file has a process of its own and loads the SDK anew: without what only closures need, as the programs do.
    execArgv: ["--require", join(__dirname, "toolchain", "lazy-modules.cjs")],
    // Against what hangs, and no measure: the first test of a file plans the whole platform, on a busy machine too.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
