// Makes @pulumi/policy read each resource's properties out of the engine's message once, instead of once per rule. Its server
// deserialises a resource anew for every policy, and the whole stack anew for every stack policy: with a hundred policies that
// was most of what the pack cost. Plain JavaScript, since the function is not in the package's types.
"use strict";
const deserialization = require("@pulumi/policy/deserialize");

const read = deserialization.deserializeProperties;
if (typeof read !== "function")
  throw new Error("@pulumi/policy has no deserializeProperties: see policy/read-once.cjs");

/**
 * By message, so that a memory lasts as long as its request. Rules share what was read: they change nothing, and each still gets a
 * proxy of its own that notices unknown values. Remediations, which get secrets as such and may change what they get, are left out.
 */
const known = new WeakMap();
deserialization.deserializeProperties = (message, proxySecrets) => {
  if (proxySecrets) return read(message, proxySecrets);
  const before = known.get(message);
  if (before !== undefined) return before;
  const properties = read(message, proxySecrets);
  known.set(message, properties);
  return properties;
};
