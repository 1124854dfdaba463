// What the Pulumi SDK keeps for its own messages: where each resource and each property's promise was made. Under mocks nobody
// reads it, and it is a third of a run.
import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

const sdk = createRequire(createRequire(join(__dirname, "lean-sdk.ts")).resolve("@pulumi/pulumi"));
const debuggable = sdk("./runtime/debuggable") as { debuggablePromise: <T>(promise: Promise<T>) => Promise<T> };
const resource = pulumi.Resource as unknown as { stackTrace: () => readonly unknown[] };
if (typeof debuggable.debuggablePromise !== "function" || typeof resource.stackTrace !== "function")
  throw new Error(
    "@pulumi/pulumi has no debuggablePromise or Resource.stackTrace any more: see tests/support/lean-sdk.ts",
  );

debuggable.debuggablePromise = (promise) => promise;
resource.stackTrace = () => [];
