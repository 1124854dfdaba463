// Makes @pulumi/policy put the stack together once for all stack rules. Its server makes every resource, its options, its parent and
// its dependencies anew for each of them: with thirty rules that was a quarter of what the pack cost.
"use strict";
const { createRequire } = require("node:module");

const { makeAnalyzeStackRpcFun } = createRequire(require.resolve("@pulumi/policy"))("./server");
if (typeof makeAnalyzeStackRpcFun !== "function")
  throw new Error("@pulumi/policy has no makeAnalyzeStackRpcFun: see policy/stack-once.cjs");

/**
 * The library's own function for each step: once with a policy that only looks, for the resources, then with the pack's policies and
 * no resources, so that levels, settings, messages and what is not known yet are treated as ever.
 */
exports.stackAnalyzer = (name, version, level, policies) => {
  // Those made by validateStackResourcesOfType are passed by where the question has no resource of their type.
  const typed = policies.some(({ validateStack }) => validateStack?.__pulumiType !== undefined);
  if (typed) return makeAnalyzeStackRpcFun(name, version, level, policies);
  return (call, callback) => {
    let resources;
    const look = {
      name: "look",
      description: "Says nothing.",
      enforcementLevel: "advisory",
      validateStack: (args) => void (resources = args.resources),
    };
    const judged = policies.map((policy) =>
      policy.validateStack === undefined
        ? policy
        : { ...policy, validateStack: (args, report) => policy.validateStack({ ...args, resources }, report) },
    );
    makeAnalyzeStackRpcFun(name, version, level, [look])(call, (error) => {
      if (error) return callback(error);
      const request = { getResourcesList: () => [] };
      makeAnalyzeStackRpcFun(name, version, level, judged)({ request }, callback);
    });
  };
};
