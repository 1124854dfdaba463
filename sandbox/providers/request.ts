import { createHash } from "node:crypto";
import type { Cloud } from "../cloud/cloud";
import { CloudError } from "../cloud/errors";
import { isList, isMap, type Value, type Values } from "../schema/values";

export interface RequestFacts {
  readonly type: string;
  readonly urn: string;
  readonly inputs: Values;
  /** The resource as it is, on update and delete. */
  readonly old?: Values;
  readonly generation: number;
  readonly account: string;
  readonly region: string;
  readonly cloud: Cloud;
}

/** What a shape works with: the arguments as plain values, and the makers of ids, ARNs and hashes. */
export class Request {
  readonly type: string;
  readonly urn: string;
  /** The resource's name in the program. */
  readonly name: string;
  readonly inputs: Values;
  readonly old: Values | undefined;
  readonly account: string;
  readonly region: string;
  readonly cloud: Cloud;
  private readonly seed: string;

  constructor(facts: RequestFacts) {
    this.type = facts.type;
    this.urn = facts.urn;
    this.name = facts.urn.slice(facts.urn.lastIndexOf("::") + 2);
    this.inputs = facts.inputs;
    this.old = facts.old;
    this.account = facts.account;
    this.region = facts.region;
    this.cloud = facts.cloud;
    this.seed = `${facts.urn}#${facts.generation}`;
  }

  has(key: string): boolean {
    return (this.inputs[key] ?? null) !== null;
  }

  /** A text argument; "" where it is not given. With `keyPrefix` given, what the provider makes of it. */
  text(key: string): string {
    const value = this.inputs[key];
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
    const prefix = this.inputs[`${key}Prefix`];
    return typeof prefix === "string" ? this.kept(key, () => prefix + this.code(26, "0123456789", key)) : "";
  }

  number(key: string): number | undefined {
    const value = this.inputs[key];
    return typeof value === "number" ? value : undefined;
  }

  flag(key: string): boolean {
    return this.inputs[key] === true;
  }

  list(key: string): readonly Value[] {
    const value = this.inputs[key];
    return isList(value) ? value : [];
  }

  texts(key: string): string[] {
    return this.list(key).filter((item) => typeof item === "string");
  }

  map(key: string): { readonly [key: string]: Value } {
    const value = this.inputs[key];
    return isMap(value) ? value : {};
  }

  maps(key: string): { readonly [key: string]: Value }[] {
    return this.list(key).filter(isMap);
  }

  /** Text that the cloud answered when the resource was made, so that an update keeps it. */
  kept(key: string, make: () => string): string {
    const value = this.old?.[key];
    return typeof value === "string" && value !== "" ? value : make();
  }

  private digest(purpose: string): Buffer {
    return createHash("sha256").update(`${this.seed}#${purpose}`).digest();
  }

  /** Hexadecimal digits that are the same at each run of the same program. */
  hex(length: number, purpose = ""): string {
    return this.digest(`hex${purpose}`).toString("hex").padEnd(length, "0").slice(0, length);
  }

  /** Characters of an alphabet, the same at each run. */
  code(length: number, alphabet: string, purpose = ""): string {
    const bytes = this.digest(`code${purpose}`);
    return Array.from({ length }, (_, index) => alphabet[(bytes[index % bytes.length] ?? 0) % alphabet.length]).join(
      "",
    );
  }

  uuid(purpose = ""): string {
    const hex = this.hex(32, `uuid${purpose}`);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  /** An id of EC2's kind: "vpc-0" and 16 hexadecimal digits. */
  ec2Id(prefix: string, purpose = ""): string {
    return `${prefix}-0${this.hex(16, purpose)}`;
  }

  arn(service: string, resource: string, where: { region?: string; account?: string } = {}): string {
    return `arn:aws:${service}:${where.region ?? this.region}:${where.account ?? this.account}:${resource}`;
  }

  refuse(code: string, detail: string, operation?: string, status = 400): never {
    throw new CloudError(code, detail, operation, status);
  }
}

export const LOWER = "abcdefghijklmnopqrstuvwxyz0123456789";
export const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
export const MIXED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
