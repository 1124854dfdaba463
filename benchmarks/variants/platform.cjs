// The whole production stack, transpiled by the hook that Pulumi.yaml names.
"use strict";
require("tsx/cjs");
const { repository, useMocks } = require("./mocks.cjs");
useMocks("production");
require(repository);
