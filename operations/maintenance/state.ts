import * as ipaddr from "ipaddr.js";
import { z } from "zod";
import { Failure } from "../failure";

/** The store's key that components/edge/maintenance/function.js reads. */
export const KEY = "maintenance";

/** Bytes of a value. Source: CloudFront quotas, "Key value stores". */
export const LONGEST_VALUE = 1024;

const shape = z.object({
  on: z.boolean(),
  /** When it was written; the answer of maintenance repeats it. */
  id: z.string(),
  /** Seconds. */
  retryAfter: z.number().optional(),
  allow: z.array(z.string()).default([]),
  message: z.string().optional(),
});

/** What the key holds. */
export type Maintenance = z.infer<typeof shape>;

/** What a value says; a broken one is no maintenance, as it is for the function. */
export function parseState(value: string | undefined): { readonly state?: Maintenance; readonly broken: boolean } {
  if (value === undefined) return { broken: false };
  try {
    return { state: shape.parse(JSON.parse(value)), broken: false };
  } catch {
    return { broken: true };
  }
}

/** The value of a maintenance; fails on what the function could not be given. */
export function valueOf(state: Maintenance): string {
  const value = JSON.stringify(state);
  const bytes = Buffer.byteLength(value);
  if (bytes <= LONGEST_VALUE) return value;
  throw new Failure(
    "usage",
    `The maintenance comes to ${bytes} bytes; CloudFront takes ${LONGEST_VALUE} for a value. ` +
      `${state.allow.length} ranges take ${Buffer.byteLength(JSON.stringify(state.allow))} of them.`,
    "Join ranges into shorter prefixes, or shorten --message.",
  );
}

/** Addresses and ranges as typed, in the shortest form; fails on the first that is none. */
export function ranges(typed: readonly string[]): string[] {
  const all = typed.flatMap((text) => text.split(",")).map((text) => text.trim());
  return [...new Set(all.filter((text) => text !== "").map(range))];
}

function range(typed: string): string {
  const advice = "Such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32";
  const isRange = typed.includes("/");
  const valid = isRange ? ipaddr.isValidCIDR(typed) : ipaddr.isValid(typed);
  // ipaddr.js also takes the old short forms: 10.1 is 10.0.0.1 to it.
  if (!valid || (!typed.includes(":") && typed.split("/")[0]?.split(".").length !== 4)) {
    throw new Failure("usage", `--allow: "${typed}" is no address and no range.`, advice);
  }
  if (!isRange) return ipaddr.process(typed).toString();
  const [address, bits] = ipaddr.parseCIDR(typed);
  if (bits === 0) throw new Failure("usage", `--allow: "${typed}" is everybody.`, advice);
  const network = address.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
  const first = network.networkAddressFromCIDR(typed).toString();
  if (first === address.toString()) return `${first}/${bits}`;
  throw new Failure("usage", `--allow: "${typed}" is not the first address of its range.`, `Say ${first}/${bits}`);
}
