import { mustBeOneOf } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const lambdaRuntimeSupported = resourceRule({
  name: "lambda-runtime-supported",
  group: "containers",
  description: "Functions run on a runtime that gets security updates.",
  severity: "medium",
  controls: ["FSBP Lambda.2"],
  mend: "Set a newer runtime and run the function's tests on it.",
  thresholds: {
    supported: {
      type: "array",
      items: { type: "string" },
      default: ["nodejs22.x", "nodejs24.x"],
      description: "Runtimes before their deprecation date.",
    },
  },
  claims: { "aws:lambda/function:Function": ["runtime"] },
  judges: {
    *"aws:lambda/function:Function"({ runtime }, context) {
      yield* mustBeOneOf("runtime", runtime, context.words("supported"));
    },
  },
});
