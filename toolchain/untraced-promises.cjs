// Keeps the Pulumi SDK from writing out a stack trace for each property of each resource, which it does in case the promise is
// never settled and somebody asks where it came from: a third of the program's time. With PULUMI_DEBUG_PROMISE_LEAKS set, as
// the SDK's own message about such promises says, all is as it was.
"use strict";
const { createRequire } = require("node:module");

const sdk = createRequire(require.resolve("@pulumi/pulumi"));
const debuggable = sdk("./runtime/debuggable");
const traced = debuggable.debuggablePromise;
if (typeof traced !== "function")
  throw new Error("@pulumi/pulumi has no debuggablePromise: see toolchain/untraced-promises.cjs");

if (!debuggable.debugPromiseLeaks) {
  debuggable.debuggablePromise = (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return traced(promise, context);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}
