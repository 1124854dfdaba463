// The same program, each file transpiled as it is loaded.
"use strict";
require("tsx/cjs");
const { join } = require("node:path");
const { repository, run } = require("./mocks.cjs");
void run("production", () => require(join(repository, "index.ts")));
