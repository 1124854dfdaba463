import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { createStackFacts, type Environment, type StackFacts } from "../config/stack";
import { knownStacks } from "../config/stack-files";
import { Failure } from "./failure";

/** What the command line needs to know of a stack, without Pulumi: an incident is no time for its CLI or state. */
export interface StackFile {
  /** The stack's name, as in Pulumi.<name>.yaml. */
  readonly stack: string;
  readonly facts: StackFacts;
  /** The stack whose secrets this one reads: itself, or the one whose copies it lives on. Its names are the secrets'. */
  readonly secretsOf: StackFacts;
  /** The tags that the program puts on everything (`aws:defaultTags`). */
  readonly tags: Readonly<Record<string, string>>;
  readonly domain: { readonly zoneName?: string; readonly zoneId?: string };
  /** Atlassian Statuspage's id of the page, and the page's address; nothing where the file names none. */
  readonly statusPage: { readonly pageId?: string; readonly url?: string };
  /** Of every task. */
  readonly cpuArchitecture: "ARM64" | "X86_64";
  /** The folder that the file is in. */
  readonly root: string;
  /** A block of settings as it is written, every scalar a text; empty where the file has none. */
  block(name: string): Readonly<Record<string, unknown>>;
}

const ENVIRONMENTS: readonly string[] = ["production", "staging", "recovery"] satisfies Environment[];

/**
 * Reads the few keys that say where things are. The rest of the file is not judged: a fault in a CIDR must not keep an
 * operator from rolling back.
 */
export function readStackFile(root: string, stack: string): StackFile {
  const file = `Pulumi.${stack}.yaml`;
  if (!/^[A-Za-z0-9_.-]+$/.test(stack) || !existsSync(path.join(root, file))) {
    const known = knownStacks(root).join(", ") || "none";
    throw new Failure("usage", `There is no stack "${stack}" (${file}).`, `Stacks here: ${known}`);
  }
  const config = configOf(readFileSync(path.join(root, file), "utf8"), file);
  const faults: string[] = [];
  const text = (key: string, allowed: RegExp, example: string): string => {
    const value = config[key];
    if (typeof value === "string" && allowed.test(value)) return value;
    faults.push(`${key} is ${describe(value)}; expected something like ${example}.`);
    return "";
  };
  const environment = text("affiliate:environment", new RegExp(`^(${ENVIRONMENTS.join("|")})$`), "production");
  const accountId = text("affiliate:accountId", /^\d{12}$/, '"123456789012"');
  const region = text("aws:region", /^[a-z]{2}(-[a-z]+)+-\d$/, "ap-northeast-1");
  if (faults.length > 0) throw new Failure("usage", `${file}: ${faults.join(" ")}`);
  const domain = record(config["affiliate:domain"]) ?? {};
  const monitoring = record(config["affiliate:monitoring"]) ?? {};
  const tags = record(record(config["aws:defaultTags"])?.tags) ?? {};
  const protect = config["affiliate:protect"] !== "false";
  const facts = createStackFacts({ environment: environment as Environment, accountId, region, protect });
  const copiesOf = ENVIRONMENTS.find((name) => name === record(config["affiliate:recovery"])?.copiesOf);
  return {
    stack,
    facts,
    secretsOf: copiesOf === undefined ? facts : createStackFacts({ ...facts, environment: copiesOf as Environment }),
    tags: Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)])),
    domain: { zoneName: textOrNothing(domain.zoneName), zoneId: textOrNothing(domain.zoneId) },
    statusPage: {
      pageId: textOrNothing(record(monitoring.statusPage)?.pageId),
      url: textOrNothing(monitoring.statusPageUrl),
    },
    cpuArchitecture: record(config["affiliate:compute"])?.cpuArchitecture === "X86_64" ? "X86_64" : "ARM64",
    root,
    block: (name) => record(config[`affiliate:${name}`]) ?? {},
  };
}

function configOf(content: string, file: string): Record<string, unknown> {
  let document: unknown;
  try {
    // Every scalar as text: an account id may begin with a zero.
    document = parse(content, { schema: "failsafe" });
  } catch (error) {
    throw new Failure("usage", `${file} is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  const config = record(record(document)?.config);
  if (config === undefined) throw new Failure("usage", `${file} has no "config:".`);
  return config;
}

/** A mapping of the file; undefined for anything else. */
export function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

const textOrNothing = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const describe = (value: unknown): string => (value === undefined ? "missing" : JSON.stringify(value));
