// The pack's entry point in both of its forms (policy/README.md): transpiles the rules and starts them.
"use strict";
require("tsx/cjs");
require("./pack.ts");
