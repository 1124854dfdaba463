// What is restored, and what it was restored from.
import fc from "fast-check";
import type { Environment } from "../../config/stack";
import { block, type Block } from "./blocks";
import type { Overrides } from "./schema";

const NONE: Overrides = { restore: fc.constant(undefined), kept: fc.constant(undefined) };

/** A block whose generations are made apart, since one depends on the other. */
export function withGenerations(
  environment: Environment,
  path: string,
  overrides: Overrides,
  source: fc.Arbitrary<string>,
): fc.Arbitrary<Block> {
  const none = Object.fromEntries(Object.entries(NONE).map(([key, value]) => [`${path}.${key}`, value]));
  const restored = fc.option(generations(environment, source), { nil: {}, freq: 2 });
  return fc.tuple(block(path, { ...overrides, ...none }), restored).map(([rest, own]) => ({ ...rest, ...own }));
}

/** One in use that is newer than those that are kept, each but the first of all with what it came from. */
function generations(environment: Environment, source: fc.Arbitrary<string>): fc.Arbitrary<Block> {
  // Elsewhere it takes an exemption by a person.
  const release = environment === "staging" ? fc.boolean() : fc.constant(false);
  const one = fc.record({ number: fc.oneof(fc.nat(3), fc.nat(99)), from: source, release });
  return fc
    .uniqueArray(one, { minLength: 1, maxLength: 4, selector: ({ number }) => number })
    .map((list) => [...list].sort((a, b) => b.number - a.number))
    .filter(([current]) => current !== undefined && current.number > 0)
    .chain(([current, ...before]) =>
      fc.shuffledSubarray(before).map((kept) => ({
        restore: { from: current?.from, generation: current?.number },
        ...(kept.length > 0 && { kept: kept.map(keptOne) }),
      })),
    );
}

function keptOne({ number, from, release }: { number: number; from: string; release: boolean }): Block {
  return { generation: number, ...(number > 0 && { from }), ...(release && { release }) };
}

const moment = fc
  .tuple(
    fc.date({ min: new Date("2024-01-01T00:00:00Z"), max: new Date("2030-12-31T00:00:00Z"), noInvalidDate: true }),
    fc.constantFrom("Z", "+09:00", "-05:30"),
  )
  .map(([time, offset]) => `${time.toISOString().slice(0, 19)}${offset}`);
const pointInTime = fc
  .tuple(fc.option(fc.stringMatching(/^cluster-[A-Z0-9]{26}$/)), fc.oneof(fc.constant("latest"), moment))
  .map(([deleted, when]) => (deleted === null ? when : `${deleted}@${when}`));

/** Snapshots lie in the stack's region. */
export const databaseSource = (region: string): fc.Arbitrary<string> =>
  fc.oneof(
    pointInTime,
    fc
      .stringMatching(/^\d{12}:cluster-snapshot:(awsbackup:copyjob-)?[a-z][a-z0-9-]{0,40}$/)
      .map((snapshot) => `arn:aws:rds:${region}:${snapshot}`),
  );

export const redisSource: fc.Arbitrary<string> = fc.oneof(
  fc.stringMatching(/^(automatic\.)?[a-z]([-.]?[a-z0-9]){0,40}$/),
  fc.stringMatching(/^arn:aws:s3:::[a-z0-9][a-z0-9-]{2,50}[a-z0-9]\/[a-z0-9/-]{1,40}\.rdb$/),
);
