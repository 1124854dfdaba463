"use strict";
const { join } = require("node:path");
const { precompiled } = require("../../../toolchain/precompile.cjs");
module.exports = require(precompiled(join(__dirname, "index.ts")));
