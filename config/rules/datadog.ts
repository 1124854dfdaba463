import { AGENT_MEMORY_MIB, LEAST_MEMORY_BESIDE_AGENT_MIB } from "../agent";
import { memorySizes } from "../fargate";
import type { Rule, RuleSet } from "./rule";

/** Tasks hold an agent too, where Datadog is on. */
export const datadogRules: RuleSet = (file) => {
  const parties = ["web", "worker", "scheduler"] as const;
  return parties.map((party): Rule => {
    const alone = LEAST_MEMORY_BESIDE_AGENT_MIB[party];
    const least = alone + AGENT_MEMORY_MIB;
    return {
      path: ["compute", party, "memoryMiB"],
      holds: () => {
        const memory = file.compute[party].memoryMiB;
        // What is too small without an agent is somebody else's to say.
        return file.datadog === undefined || memory >= least || memory < alone;
      },
      problem: () => `Datadog's agent takes ${AGENT_MEMORY_MIB} MiB of it, and the rest would be too little`,
      allowed: () => `at least ${least}, or no affiliate:datadog`,
      example: () => memorySizes(file.compute[party].cpuUnits).find((size) => size >= least) ?? 2048,
    };
  });
};
