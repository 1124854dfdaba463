// The same program under what Pulumi does by default: ts-node 7 (the copy that the SDK ships), type-checking at each run.
"use strict";
const { join } = require("node:path");
const { repository, run } = require("./mocks.cjs");
const sdk = join(repository, "node_modules", "@pulumi", "pulumi", "vendor");
require(join(sdk, "ts-node@7.0.1")).register({
  compiler: require.resolve("typescript"),
  project: join(repository, "tsconfig.json"),
  // As the SDK's own start script sets them.
  compilerOptions: {
    target: "ES2020",
    module: "nodenext",
    moduleResolution: "nodenext",
    sourceMap: true,
    noEmit: false,
  },
});
void run("production", () => require(join(repository, "index.ts")));
