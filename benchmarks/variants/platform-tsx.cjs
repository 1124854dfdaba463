// The same program, each file transpiled as it is loaded.
"use strict";
require("tsx/cjs");
const { join } = require("node:path");
const { repository, useMocks } = require("./mocks.cjs");
useMocks("production");
require(join(repository, "index.ts"));
