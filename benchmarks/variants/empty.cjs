// A program with nothing in it: node and the engine's SDK.
"use strict";
require("@pulumi/pulumi");
