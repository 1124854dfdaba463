// The pack's entry point in both of its forms (policy/README.md): the rules, compiled into one file when one has changed.
"use strict";
const { join } = require("node:path");
const { precompiled } = require("../toolchain/precompile.cjs");

require("./light-sdk.cjs");
require("./plain-structs.cjs");
require("./read-once.cjs");
require("./by-type.cjs");
const compiled = precompiled(join(__dirname, "pack.ts"));
require("./introduced-once.cjs").keepBeside(compiled);
require(compiled);
