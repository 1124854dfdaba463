// What the engine is to a program, without the engine: each resource is answered at once with its inputs.
"use strict";
const { join } = require("node:path");
// As toolchain/run-program.mjs does before it loads the SDK.
require("../../toolchain/lazy-modules.cjs");
const pulumi = require("@pulumi/pulumi");

exports.repository = join(__dirname, "..", "..");

/** awsx answers from a plugin of its own; the program reads these of it. */
function vpc(name) {
  const ids = (kind) => [1, 2, 3].map((at) => `subnet-${name}-${kind}-${at}`);
  const [publicSubnetIds, privateSubnetIds, isolatedSubnetIds] = ["public", "private", "data"].map(ids);
  const subnets = [...publicSubnetIds, ...privateSubnetIds, ...isolatedSubnetIds];
  return {
    vpcId: `vpc-${name}`,
    publicSubnetIds,
    privateSubnetIds,
    isolatedSubnetIds,
    routeTableAssociations: subnets.map((subnetId) => ({ subnetId, routeTableId: `rtb-${subnetId}` })),
    natGateways: [1, 2, 3].map((at) => ({ id: `nat-${at}` })),
  };
}

/** Runs the program that `load` loads, as the language host does: below a root resource. */
exports.run = async function run(stack, load) {
  // From the measuring process: the engine reads the stack file, not the program.
  const config = JSON.parse(process.env.BENCHMARK_CONFIG);
  globalThis.benchmarkResources = 0;
  pulumi.runtime.setAllConfig(config);
  pulumi.runtime.setMocks(
    {
      newResource: ({ name, type, inputs }) => {
        globalThis.benchmarkResources += 1;
        if (type === "awsx:ec2:Vpc") return { id: `${name}-id`, state: vpc(name) };
        return { id: `${name}-id`, state: { ...inputs, arn: `arn:aws:mock:ap-northeast-1:123456789012:${name}` } };
      },
      call: ({ token }) => {
        throw new Error(`the plan needs no cloud, yet the program calls ${token}`);
      },
    },
    "affiliate",
    stack,
    true,
  );
  await pulumi.runtime.runInPulumiStack(async () => load());
  // Waits for what is still registered.
  await pulumi.runtime.disconnect();
};
