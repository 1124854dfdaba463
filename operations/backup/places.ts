import { generationParts } from "../../config/restore";
import { createStackFacts, type StackFacts } from "../../config/stack";
import { record, type StackFile } from "../stack-file";

/** A vault of AWS Backup. */
export interface Vault {
  readonly region: string;
  readonly name: string;
}

/** Where copies of a stack's data are, by the names that the program gives them (config/naming.ts). */
export interface Places {
  /** The stack's own vault, then those that it copies to or lives on. */
  readonly vaults: readonly [Vault, ...Vault[]];
  readonly uploads: string;
  /** Dumps and exported snapshots. */
  readonly backups: string;
  readonly replica?: { readonly region: string; readonly bucket: string };
  /** The first generation of the database that the recovery points are of. */
  readonly database: string;
}

export function placesOf(stack: StackFile): Places {
  const { facts } = stack;
  const { copyRegion, copiesOf } = stack.block("recovery");
  const own: Vault = { region: facts.region, name: facts.name("backupVault", "main") };
  const places = {
    uploads: facts.name("bucket", "uploads"),
    backups: facts.name("bucket", "backups"),
    database: databaseCluster(facts, 0),
  };
  if (typeof copyRegion === "string") {
    return {
      ...places,
      vaults: [own, { region: copyRegion, name: facts.name("backupVault", "copies") }],
      replica: { region: copyRegion, bucket: facts.name("bucket", "uploads", "copies") },
    };
  }
  const source = copiesOf === "production" || copiesOf === "staging" ? sourceOf(facts, copiesOf) : undefined;
  if (source === undefined) return { ...places, vaults: [own] };
  // A recovery stack uses the copies of uploads as they lie.
  return {
    backups: places.backups,
    database: databaseCluster(source, 0),
    uploads: source.name("bucket", "uploads", "copies"),
    vaults: [own, { region: facts.region, name: source.name("backupVault", "copies") }],
  };
}

const sourceOf = (facts: StackFacts, environment: "production" | "staging"): StackFacts =>
  createStackFacts({ ...facts, environment });

/** What a loss may cost, in minutes, as the stack file has it. */
export interface RecoveryTargets {
  readonly rpoMinutes: number;
  readonly rtoMinutes: number;
}

/** @throws {Error} never: a stack file without targets has the house's (docs/recovery.md) */
export function targetsFor(stack: StackFile, across: boolean): RecoveryTargets {
  const settings = stack.block("recovery");
  const { rpoMinutes, rtoMinutes } = record(settings["inRegion"]) ?? {};
  const { rpoHours, rtoHours } = record(settings["acrossRegions"]) ?? {};
  return across
    ? { rpoMinutes: 60 * number(rpoHours, 24), rtoMinutes: 60 * number(rtoHours, 4) }
    : { rpoMinutes: number(rpoMinutes, 5), rtoMinutes: number(rtoMinutes, 60) };
}

const number = (value: unknown, otherwise: number): number => {
  const found = Number(value);
  return value === undefined || Number.isNaN(found) ? otherwise : found;
};

/** The cluster of a generation, as components/data/database-cluster.ts names it. */
export const databaseCluster = ({ name }: StackFacts, generation: number): string =>
  name("rdsCluster", ["database", ...generationParts(generation)].join("-"));
