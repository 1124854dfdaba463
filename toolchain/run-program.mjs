// Starts a Pulumi program as Pulumi.yaml says: as JavaScript. The language host that can be built from Go modules is older than
// the CLI and does not get `runtime.options` from it; unhelped it would load ts-node and the compiler at each run. Language
// hosts start this file because PULUMI_LANGUAGE_NODEJS_RUN_PATH names it.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
delete process.env.PULUMI_NODEJS_TYPESCRIPT;
require("./end-with-reader.cjs");
require("./lazy-modules.cjs");
require("@pulumi/pulumi/cmd/run");
