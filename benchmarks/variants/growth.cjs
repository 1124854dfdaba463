// The whole production stack with more services, to see what one more costs.
"use strict";
const { join } = require("node:path");
const { repository, run } = require("./mocks.cjs");
void run("production", () => {
  require(join(repository, "toolchain", "untraced-promises.cjs"));
  require(join(repository, "toolchain", "unplaced-resources.cjs"));
  const { precompiled } = require(join(repository, "toolchain", "precompile.cjs"));
  return require(precompiled(join(repository, "benchmarks", "growth-program.ts")));
});
