// The SDKs alone: what any Pulumi program on AWS pays before its first line.
"use strict";
require("@pulumi/pulumi");
require("@pulumi/aws");
