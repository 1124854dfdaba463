import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const POLICY = join(__dirname, "..", "..", "policy");

function printed(...lines: readonly string[]): unknown {
  return JSON.parse(execFileSync(process.execPath, ["--eval", lines.join("\n")], { cwd: POLICY, encoding: "utf8" }));
}

const SDK = 'const sdk = require("node:module").createRequire(require.resolve("@pulumi/policy"));';
const LOADED =
  "const whole = () => Object.keys(require.cache).some((file) => /pulumi.stackReference\\.js$/.test(file));";

describe("the Pulumi SDK in the policy pack", () => {
  it("marks what it sends as light-sdk.cjs knows it", () => {
    const { real, ours } = printed(
      SDK,
      'const real = sdk("@pulumi/pulumi/runtime/rpc");',
      "const marks = Object.fromEntries(Object.entries(real).filter(([key]) => /^special.*(Key|Sig)$/.test(key)));",
      'console.log(JSON.stringify({ real: marks, ours: require("./light-sdk.cjs").marks }));',
    ) as { real: object; ours: object };
    expect(ours).toEqual(real);
  });

  it("is not loaded for a resource with an asset, whose class is the real one, and is for what else is asked", () => {
    expect(
      printed(
        SDK,
        LOADED,
        'require("./light-sdk.cjs");',
        'const { deserializeProperties } = require("@pulumi/policy/deserialize");',
        'const sig = require("./light-sdk.cjs").marks;',
        "const message = { toJavaScript: () => ({ code: { [sig.specialSigKey]: sig.specialAssetSig, path: 'a.zip' } }) };",
        "const { code } = deserializeProperties(message, false);",
        "const before = whole();",
        'const pulumi = sdk("@pulumi/pulumi");',
        "console.log(JSON.stringify({ before, output: pulumi.Output.isInstance(pulumi.output(1)), after: whole(),",
        "  path: code instanceof pulumi.asset.FileAsset ? true : code.constructor.name }));",
      ),
    ).toEqual({ before: false, output: true, after: true, path: true });
  });
});
