// The pack's entry point in both of its forms (policy/README.md): the rules, compiled into one file when one has changed.
"use strict";
const { join } = require("node:path");
const { precompiled } = require("../toolchain/precompile.cjs");

require("../toolchain/lazy-modules.cjs");
require("./read-once.cjs");
require("./by-type.cjs");
require(precompiled(join(__dirname, "pack.ts")));
