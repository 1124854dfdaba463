// Keeps the Pulumi SDK from writing out a stack trace for each property of each resource (fifty thousand for production), which it
// does in case the promise is never settled and somebody asks where it came from: a third of the program's time. That there is such
// a promise is still told, and with PULUMI_DEBUG_PROMISE_LEAKS set, as the SDK's own message about it says, all is as it was.
"use strict";
const { createRequire } = require("node:module");

const sdk = createRequire(require.resolve("@pulumi/pulumi"));
const debuggable = sdk("./runtime/debuggable");
const { getStore } = sdk("./runtime/state");
const traced = debuggable.debuggablePromise;
if (typeof traced !== "function" || !(getStore().leakCandidates instanceof Set))
  throw new Error("@pulumi/pulumi keeps its promises otherwise: see toolchain/untraced-promises.cjs");

if (!debuggable.debugPromiseLeaks) {
  // The SDK's own has its look at what is left when the process ends begin with the first promise.
  debuggable.debuggablePromise = (first, context) => {
    debuggable.debuggablePromise = untraced;
    return traced(first, context);
  };
}

/** Handed on as a promise of its own, so that a rejection nobody handles stays one. */
function untraced(promise) {
  const store = getStore();
  store.leakCandidates.add(promise);
  return promise.then(
    (value) => {
      store.leakCandidates.delete(promise);
      return value;
    },
    (error) => {
      store.leakCandidates.delete(promise);
      throw error;
    },
  );
}
