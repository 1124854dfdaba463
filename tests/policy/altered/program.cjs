// The platform's program with one thing broken in each resource of a type: what no stack file that the schema accepts can do.
"use strict";
const pulumi = require("@pulumi/pulumi");

const [type, property, value] = JSON.parse(process.env.ALTERED ?? "[]");
let met = 0;
// The transformation in this process, not the engine's: the latter needs a language host of the CLI's own age.
pulumi.runtime.registerStackTransformation(({ type: token, props, opts }) => {
  if (token !== type) return undefined;
  met += 1;
  return { props: { ...props, [property]: value }, opts };
});
process.on("exit", () => {
  if (met === 0) throw new Error(`nothing of the type ${type} was there to alter`);
});

module.exports = require("../../../program.cjs");
