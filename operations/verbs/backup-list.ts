import { asFailure } from "../aws";
import { type Copy, type Found, sorted } from "../backup/copies";
import { dumpCopies, exportCopies, versionsOf } from "../backup/dumps";
import { type Places, placesOf } from "../backup/places";
import { recoveryPoints } from "../backup/recovery-points";
import { databaseCopies, redisSnapshots } from "../backup/snapshots";
import { size, span, tokyo } from "../backup/units";
import { columns } from "../terminal";
import type { CommonOptions, Context, Verb } from "../verb";

interface Options extends CommonOptions {
  readonly of?: string;
}

export const backupList: Verb<Options> = {
  path: "backup list",
  summary: "every copy of the data: how old, where, how large, whether it was ever restored",
  description:
    "Lists recovery points of AWS Backup here and in the region of the copies, Aurora's points in time and snapshots, " +
    "logical dumps (those without a manifest are incomplete: never use them), Redis' snapshots and exports, and the " +
    "versions of uploads. Verified are copies that were restored and looked into: by AWS Backup's restore tests, or by " +
    "`backup verify`. A place that cannot be read is named, the others are listed, and it ends with 4.",
  changes: false,
  options: [{ flags: "--of <kind>", description: "database, uploads, redis or other only" }],
  examples: [
    { command: "npm run operations -- backup list --stack production", says: "what could be restored now" },
    {
      command: "npm run --silent operations -- backup list --stack production --of database --json | jq '.copies[0]'",
      says: "the newest copy of the database",
    },
  ],

  async run(context, options) {
    const { stack, terminal } = context;
    const found = await everyPlace(context, placesOf(stack));
    const copies = sorted(found.flatMap((place) => place.copies)).filter(({ of }) => of === (options.of ?? of));
    const faults = found.flatMap(({ place, fault }) => (fault === undefined ? [] : [{ place, fault }]));
    const now = Date.now();
    if (options.json) terminal.json({ stack: stack.stack, at: new Date(now).toISOString(), copies, faults });
    else for (const row of columns(table(copies, now))) terminal.data(row);
    for (const { place, fault } of faults) terminal.error(`${place} could not be read: ${fault}`);
    return faults.length === 0 ? "ok" : "incomplete";
  },
};

/** The places one beside the other: on the day that a region is gone, it must not hide the rest. */
async function everyPlace({ aws, stack }: Context, places: Places): Promise<Found[]> {
  const { facts } = stack;
  const { region } = facts;
  const { vaults, backups, uploads, replica } = places;
  const look = async (place: string, read: () => Promise<Copy[]>): Promise<Found> => {
    try {
      return { place, copies: await read() };
    } catch (error) {
      return { place, copies: [], fault: asFailure(error).message };
    }
  };
  return Promise.all([
    ...vaults.map((vault) =>
      look(`vault ${vault.name} in ${vault.region}`, async () => recoveryPoints(await aws.backup(vault.region), vault)),
    ),
    look(`RDS in ${region}`, async () => databaseCopies(await aws.rds(), facts)),
    look(`ElastiCache in ${region}`, async () => redisSnapshots(await aws.elastiCache(), facts)),
    look(`dumps in ${backups}`, async () =>
      dumpCopies(await aws.s3(), backups, region, facts.name("rdsCluster", "database")),
    ),
    look(`exports in ${backups}`, async () => exportCopies(await aws.s3(), backups, region)),
    look(`bucket ${uploads}`, async () => versionsOf(await aws.s3(), uploads, region, "versions")),
    ...(replica === undefined
      ? []
      : [
          look(`bucket ${replica.bucket} in ${replica.region}`, async () =>
            versionsOf(await aws.s3(replica.region), replica.bucket, replica.region, "replica"),
          ),
        ]),
  ]);
}

function table(copies: readonly Copy[], now: number): string[][] {
  const head = ["OF", "RESOURCE", "KIND", "MADE", "AGE", "SIZE", "WHERE", "STATE", "VERIFIED", "ID"];
  return [
    head,
    ...copies.map((copy) => [
      ...[copy.of, copy.resource, copy.kind, timeOf(copy), copy.made ? span(now - copy.made.getTime()) : "-"],
      ...[copy.bytes === undefined ? "-" : size(copy.bytes), `${copy.region} ${copy.place}`, copy.state],
      copy.verified === undefined
        ? "no"
        : `${copy.verified.result === "good" ? "yes" : "BAD"}, ${span(now - copy.verified.at.getTime())} ago`,
      copy.id,
    ]),
  ];
}

const timeOf = ({ from, made }: Copy): string =>
  [from, made].flatMap((time) => (time === undefined ? [] : [tokyo(time)])).join(" to ") || "-";
