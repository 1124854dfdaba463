// Keeps @pulumi/policy from loading the whole Pulumi SDK into the pack, for which it has no resource to make: it asks it for assets
// and for six marks of the engine's protocol. That was half of what the pack's start cost, for which every plan waits. What else
// somebody asks of the SDK is the real thing, loaded then.
"use strict";
const { createRequire } = require("node:module");
const { defer } = require("../toolchain/lazy-modules.cjs");

const sdk = createRequire(createRequire(require.resolve("@pulumi/policy")).resolve("@pulumi/pulumi"));

/** Of the engine's protocol, the same for all SDKs and versions (sdk/go/common/resource/sig): compared with the SDK's by a test. */
exports.marks = {
  specialSigKey: "4dabf18193072939515e22adb298388d",
  specialAssetSig: "c44067f5952c0a294b673a41bacd8c17",
  specialArchiveSig: "0def7320c3a5731c473e5ecbe6d01bc7",
  specialSecretSig: "1b47061264138c4ac30d75fd1eb44270",
  specialResourceSig: "5cf8f73096256a8f31e491e813e4eb8e",
  specialOutputValueSig: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
};

defer(sdk.resolve("./runtime/rpc"), exports.marks);
defer(sdk.resolve("."), {
  get asset() {
    return sdk("./asset");
  },
});
