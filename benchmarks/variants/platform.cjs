// The whole production stack, as Pulumi starts it: compiled into one file beforehand.
"use strict";
const { join } = require("node:path");
const { repository, useMocks } = require("./mocks.cjs");
useMocks("production");
require(join(repository, "program.cjs"));
