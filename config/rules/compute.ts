import { cpuSizes, memorySizes } from "../fargate";
import { inWords, noDuplicates, type Rule, type RuleSet } from "./rule";

/** A size that Fargate has, and memory that it pairs with it. */
export function fargateSize(
  path: readonly (string | number)[],
  read: () => { readonly cpuUnits: number; readonly memoryMiB: number },
): Rule[] {
  const paired = () => memorySizes(read().cpuUnits);
  return [
    {
      path: [...path, "cpuUnits"],
      holds: () => cpuSizes.includes(read().cpuUnits),
      problem: () => "is no size of Fargate",
      allowed: () => inWords(cpuSizes),
      example: () => 1024,
    },
    {
      path: [...path, "memoryMiB"],
      holds: () => paired().length === 0 || paired().includes(read().memoryMiB),
      problem: () => `Fargate does not pair it with ${read().cpuUnits} CPU units`,
      allowed: () => {
        const sizes = paired();
        return sizes.length <= 8
          ? inWords(sizes)
          : `${sizes[0]} to ${sizes.at(-1)} in steps of ${(sizes[1] ?? 0) - (sizes[0] ?? 0)}`;
      },
      example: () => paired()[0],
    },
  ];
}

export const computeRules: RuleSet = (file) => [
  ...(["web", "worker", "scheduler", "task"] as const).flatMap((role) =>
    fargateSize(["compute", role], () => file.compute[role]),
  ),
  ...(["web", "worker"] as const).map((role): Rule => ({
    path: ["compute", role, "maxTasks"],
    holds: () => file.compute[role].maxTasks >= file.compute[role].minTasks,
    problem: () => `is less than minTasks, ${file.compute[role].minTasks}`,
    allowed: () => `at least compute.${role}.minTasks`,
    example: () => file.compute[role].minTasks,
  })),
  {
    path: ["compute", "worker", "jobTimeoutSeconds"],
    holds: () => file.compute.worker.jobTimeoutSeconds < file.compute.worker.retryAfterSeconds,
    problem: () =>
      `a job may run until retryAfterSeconds (${file.compute.worker.retryAfterSeconds}) has given it to a second worker`,
    allowed: () => "less than compute.worker.retryAfterSeconds",
    example: () => Math.max(1, file.compute.worker.retryAfterSeconds - 30),
  },
  {
    path: ["compute", "worker", "jobTimeoutSeconds"],
    holds: () => file.compute.worker.jobTimeoutSeconds < file.compute.worker.stopTimeoutSeconds,
    problem: () =>
      `a job may outlast stopTimeoutSeconds (${file.compute.worker.stopTimeoutSeconds}), and each deployment would kill it`,
    allowed: () => "less than compute.worker.stopTimeoutSeconds",
    example: () => Math.max(1, file.compute.worker.stopTimeoutSeconds - 30),
  },
  ...noDuplicates({
    length: file.compute.worker.queues.length,
    path: (index) => ["compute", "worker", "queues", index],
    read: (index) => file.compute.worker.queues[index],
    example: () => ["high", "default", "low", "mail"].find((name) => !file.compute.worker.queues.includes(name)),
  }),
];
