// The whole production stack, as Pulumi starts it: compiled into one file beforehand.
"use strict";
const { join } = require("node:path");
const { repository, run } = require("./mocks.cjs");
void run("production", () => require(join(repository, "program.cjs")));
