import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const load = createRequire(join(__dirname, "..", "..", "policy", "index.js"));
const deserialization = load("@pulumi/policy/deserialize") as {
  deserializeProperties(message: object, proxySecrets?: boolean): Record<string, unknown>;
};
load("./read-once.cjs");

/** The engine's message, as far as it is read; counts how often it is. */
function message(): { readonly reads: () => number; readonly toJavaScript: () => Record<string, unknown> } {
  let reads = 0;
  return {
    reads: () => reads,
    toJavaScript: () => {
      reads += 1;
      return { encrypted: true, tags: { Environment: "production" } };
    },
  };
}

describe("a resource that many rules judge", () => {
  it("is read out of the engine's message once", () => {
    const one = message();
    const views = [1, 2, 3].map(() => deserialization.deserializeProperties(one, false));
    expect(views[0]).toEqual({ encrypted: true, tags: { Environment: "production" } });
    expect(new Set(views).size).toBe(1);
    expect(one.reads()).toBe(1);
  });

  it("is not taken for another one that looks the same", () => {
    const [one, other] = [message(), message()];
    expect(deserialization.deserializeProperties(one, false)).not.toBe(
      deserialization.deserializeProperties(other, false),
    );
    expect(other.reads()).toBe(1);
  });

  it("is read anew for each remediation, which may change it", () => {
    const one = message();
    deserialization.deserializeProperties(one, true);
    deserialization.deserializeProperties(one, true);
    expect(one.reads()).toBe(2);
  });

  it("is asked for by the package's server through the module, or the memory would be passed by", async () => {
    const { makeAnalyzeRpcFun } = load("@pulumi/policy/server") as {
      readonly makeAnalyzeRpcFun: (
        name: string,
        version: string,
        level: string,
        policies: readonly object[],
      ) => (call: { request: object }, callback: (error: unknown) => void) => void;
    };
    const properties = message();
    const seen: unknown[] = [];
    const policy = (name: string) => ({
      name,
      description: name,
      enforcementLevel: "mandatory",
      validateResource: ({ props }: { props: { encrypted: boolean } }) => void seen.push(props.encrypted),
    });
    const options = new Proxy({}, { get: () => () => undefined });
    const request = {
      getType: () => "aws:s3/bucket:Bucket",
      getUrn: () => "urn",
      getName: () => "bucket",
      getProperties: () => properties,
      getOptions: () => options,
      getProvider: () => undefined,
    };
    const failed = await new Promise((resolve) => {
      makeAnalyzeRpcFun("pack", "1.0.0", "mandatory", ["first", "second", "third"].map(policy))({ request }, resolve);
    });
    expect(failed).toBeUndefined();
    expect(seen).toEqual([true, true, true]);
    expect(properties.reads()).toBe(1);
  });
});
