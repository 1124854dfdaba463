// Where Pulumi starts (Pulumi.yaml: main). The program itself is index.ts.
"use strict";
const { join } = require("node:path");
const { precompiled } = require("./toolchain/precompile.cjs");

// Pulumi takes a stack trace for each property of each resource, in case it is asked for a leaked promise: a third of the
// program's time at the usual ten frames. Four still lead into the component; NODE_OPTIONS=--stack-trace-limit=50 shows all.
if (Error.stackTraceLimit === 10) Error.stackTraceLimit = 4;

module.exports = require(precompiled(join(__dirname, "index.ts")));
