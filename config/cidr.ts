import { IPv4 } from "ipaddr.js";

/** AWS keeps the first four addresses of a subnet and the last. Source: VPC user guide, "Subnet sizing for IPv4". */
const RESERVED_ADDRESSES = 5;

/** A block of addresses, as numbers: first and last belong to it. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

const number = (address: IPv4): number => address.octets.reduce((sum, octet) => sum * 256 + octet, 0);

export function range(cidr: string): Range {
  return { first: number(IPv4.networkAddressFromCIDR(cidr)), last: number(IPv4.broadcastAddressFromCIDR(cidr)) };
}

export const prefixLength = (cidr: string): number => IPv4.parseCIDR(cidr)[1];

/** The block its address lies in: `10.0.1.7/24` belongs to `10.0.1.0/24`. */
export const aligned = (cidr: string): string =>
  `${IPv4.networkAddressFromCIDR(cidr).toString()}/${prefixLength(cidr)}`;

export function overlap(one: string, other: string): boolean {
  const [a, b] = [range(one), range(other)];
  return a.first <= b.last && b.first <= a.last;
}

export function contains(outer: string, inner: string): boolean {
  const [a, b] = [range(outer), range(inner)];
  return a.first <= b.first && b.last <= a.last;
}

/** The first block of a size inside `outer` that shares no address with those taken; none when it is full. */
export function firstFree(outer: string, prefix: number, taken: readonly string[]): string | undefined {
  const { first, last } = range(outer);
  const size = 2 ** (32 - prefix);
  for (let at = first; at + size - 1 <= last; at += size) {
    const block = `${[24, 16, 8, 0].map((shift) => Math.floor(at / 2 ** shift) % 256).join(".")}/${prefix}`;
    if (!taken.some((other) => overlap(block, other))) return block;
  }
  return undefined;
}

/** Ranges that the internet does not route. Source: RFC 1918. */
export const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"] as const;

/** Addresses of a subnet that tasks, endpoints and load balancers can have. */
export const usableAddresses = (cidr: string): number => 2 ** (32 - prefixLength(cidr)) - RESERVED_ADDRESSES;
