import { createHash } from "node:crypto";
import { isList, isMap, isSecret, opened, plain, secret, type Value, type Values } from "../schema/values";

// The cloud's files hold no secret: only a fingerprint, by which a change is seen. Real services do not answer passwords either.
const SEALED = "$secret";

export function sealed(value: Value): Value {
  if (isSecret(value)) return { [SEALED]: fingerprint(plain(value)) };
  const inner = opened(value);
  if (isList(inner)) return inner.map(sealed);
  return isMap(inner) ? sealedValues(inner) : inner;
}

export function sealedValues(values: { readonly [key: string]: Value }): Values {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, sealed(value)]));
}

/** What a read answers: each sealed part is the secret that the stack's state holds, if it is still that one. */
export function unsealed(value: Value, known: Value | undefined): Value {
  if (isMap(value) && typeof value[SEALED] === "string") {
    if (known !== undefined && fingerprint(plain(known)) === value[SEALED]) return secret(known);
    return secret(`changed outside of this stack (fingerprint ${value[SEALED]})`);
  }
  const inner = known === undefined ? undefined : opened(known);
  if (isList(value)) return value.map((item, index) => unsealed(item, isList(inner) ? inner[index] : undefined));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, unsealed(item, isMap(inner) ? inner[key] : undefined)]),
  );
}

function fingerprint(value: Value): string {
  return createHash("sha256")
    .update(`sealed:${JSON.stringify(value)}`)
    .digest("hex")
    .slice(0, 12);
}
