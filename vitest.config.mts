import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/support/run.ts"],
    // Engine tests start real processes; two cores are what CI has.
    maxWorkers: 2,
    testTimeout: 30_000,
  },
});
