import { type Generations, restoreSource } from "../restore";
import type { Path } from "../faults";
import type { Rule, RuleSet } from "./rule";

/** Generations of the database and of the Redis groups: none older than what is kept, each with what it came from. */
export const restoreRules: RuleSet = (file) => [
  ...ordered(["database"], () => file.database),
  ...ordered(["redis", "sessions"], () => file.redis.sessions),
  ...ordered(["redis", "cache"], () => file.redis.cache),
  {
    path: ["database", "restore", "from"],
    holds: () => {
      const { restore } = file.database;
      const source = restore && restoreSource(restore.from);
      return source?.kind !== "snapshot" || source.region === file.aws.region;
    },
    problem: () => `RDS restores a snapshot in the region that it is in, and this stack is in ${file.aws.region}`,
    allowed: () => `a snapshot or a copied recovery point in ${file.aws.region}: operations backup list shows them`,
    example: () => `arn:aws:rds:${file.aws.region}:${file.accountId}:cluster-snapshot:awsbackup:copyjob-0123`,
  },
];

function ordered(path: Path, read: () => Generations): Rule[] {
  const kept = () => read().kept ?? [];
  const current = () => read().restore?.generation ?? 0;
  return (read().kept ?? []).flatMap((_, index): Rule[] => [
    {
      path: [...path, "kept", index, "generation"],
      holds: () => (kept()[index]?.generation ?? 0) < current(),
      problem: () =>
        `generation ${current()} would be in use, and none goes back to an older one: what was written since would be left behind`,
      allowed: () =>
        `generations before the one in use; to have an old one's data again, raise ${path.join(".")}.restore.generation`,
      example: () => Math.max(current() - 1, 0),
    },
    {
      path: [...path, "kept", index, "generation"],
      holds: () => !kept().some((other, at) => at < index && other.generation === kept()[index]?.generation),
      problem: () => "stands in the list before",
      allowed: () => "each generation once",
      example: () => Math.max(current() - 1, 0),
    },
    {
      path: [...path, "kept", index],
      holds: () => (kept()[index]?.generation === 0) === (kept()[index]?.from === undefined),
      problem: () => "AWS would make another one in its place: what it was restored from is part of it",
      allowed: () => "the `from` that the generation was made with; generation 0 has none",
      example: () => ({ generation: 0 }),
    },
  ]);
}
