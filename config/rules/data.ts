import { cacheFamilies, databaseFamilies, isBurstable, isOffered, splitType } from "../instance-types";
import { auroraLine, auroraLines } from "../versions";
import { inWords, type Rule, type RuleSet } from "./rule";

export const databaseRules: RuleSet = (file) => {
  const { instances } = file.database;
  const instance = (index: number) => file.database.instances[index] ?? { class: "", promotionTier: 0 };
  const readers = () => file.database.instances.slice(1);
  const production = () => file.environment === "production";
  return [
    engineVersion(file),
    ...instances.flatMap((_, index) =>
      offered(
        ["database", "instances", index, "class"],
        () => instance(index).class,
        databaseFamilies,
        "db.r6g.xlarge",
        file,
      ),
    ),
    {
      path: ["database", "instances"],
      holds: () => !production() || file.database.instances.length >= 2,
      problem: () => "one instance lies in one zone: its loss is an outage of many minutes",
      allowed: () => "a writer and at least one reader in production",
      example: () => [instance(0), { class: instance(0).class, promotionTier: 0 }],
    },
    {
      path: ["database", "instances"],
      holds: () => {
        if (!production() || readers().length === 0) return true;
        const lowest = Math.min(...readers().map((reader) => reader.promotionTier));
        return readers().some((one) => one.promotionTier === lowest && one.class === instance(0).class);
      },
      problem: () => `the reader that a failover promotes is not of the writer's class, ${instance(0).class}`,
      allowed: () => "a reader of the writer's class in the lowest promotionTier of the readers",
      example: () => ({ class: instance(0).class, promotionTier: 0 }),
    },
    {
      path: ["database", "replicaScaling", "max"],
      holds: () => file.database.replicaScaling.max >= file.database.replicaScaling.min,
      problem: () => `is less than min, ${file.database.replicaScaling.min}`,
      allowed: () => "at least database.replicaScaling.min",
      example: () => file.database.replicaScaling.min,
    },
    {
      path: ["database", "replicaScaling", "max"],
      holds: () => file.database.replicaScaling.max >= file.database.instances.length - 1,
      problem: () =>
        `${file.database.instances.length - 1} readers are declared, and scaling never removes a declared one`,
      allowed: () => "at least as many as the declared readers, which count",
      example: () => file.database.instances.length - 1,
    },
  ];
};

function engineVersion(file: Parameters<RuleSet>[0]): Rule {
  const line = () => auroraLine(file.database.engineVersion);
  const supported = Object.keys(auroraLines.supported);
  return {
    path: ["database", "engineVersion"],
    holds: () => Object.hasOwn(auroraLines.supported, line()),
    problem: () => {
      const end = auroraLines.ended[line()];
      return end === undefined
        ? `${line()} is no long-term-support line: AWS would upgrade it within about a year`
        : `the long-term-support line ${line()} left standard support on ${end}`;
    },
    allowed: () =>
      `a version of an LTS line in support: ${supported.map((key) => `${key} (to ${auroraLines.supported[key]})`).join(", ")}`,
    example: () => "8.0.mysql_aurora.3.10.3",
  };
}

export const redisRules: RuleSet = (file) =>
  (["sessions", "cache"] as const).flatMap((group) =>
    offered(["redis", group, "nodeType"], () => file.redis[group].nodeType, cacheFamilies, "cache.r6g.xlarge", file),
  );

export function offered(
  path: Rule["path"],
  read: () => string,
  families: Parameters<typeof isOffered>[0],
  example: string,
  file: Parameters<RuleSet>[0],
): Rule[] {
  const steady = () => Object.keys(families).filter((family) => !isBurstable(family));
  return [
    {
      path,
      holds: () => isOffered(families, read()),
      problem: () => {
        const { family, size } = splitType(read());
        return families[family] ? `${family} has no size ${size}` : `${family} is no family that AWS offers here`;
      },
      allowed: () => {
        const { family } = splitType(read());
        const sizes = families[family];
        return sizes ? `${family} in the sizes ${inWords(sizes)}` : `the families ${inWords(Object.keys(families))}`;
      },
      example: () => example,
    },
    {
      path,
      holds: () => file.environment !== "production" || !isBurstable(read()),
      problem: () => "a T class crawls when its CPU credits are spent, at the busiest hour",
      allowed: () => `in production the families ${inWords(steady())}`,
      example: () => example,
    },
  ];
}
