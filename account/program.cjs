// Where Pulumi starts (Pulumi.yaml: main). The program itself is index.ts.
"use strict";
const { join } = require("node:path");
const { precompiled } = require("../toolchain/precompile.cjs");

require("../toolchain/untraced-promises.cjs");
require("../toolchain/unplaced-resources.cjs");
module.exports = require(precompiled(join(__dirname, "index.ts")));
