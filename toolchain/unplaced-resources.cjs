// Keeps the Pulumi SDK from writing out, for each resource, the whole stack of calls that led to it, for the engine to keep in the
// state. Of a compiled program those are places in a file of the cache and in the SDK ("node_modules/@pulumi/runtime/stack.ts"): they
// tell nobody anything, and were a sixth of the state, which is written anew after each step of an update.
"use strict";
const { createRequire } = require("node:module");

const { Resource } = createRequire(require.resolve("@pulumi/pulumi"))("./resource");
if (typeof Resource.callsites !== "function")
  throw new Error("@pulumi/pulumi has no Resource.callsites: see toolchain/unplaced-resources.cjs");

Resource.callsites = () => [];
