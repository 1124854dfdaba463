import { mustBeOneOf } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const ecsContainerInsights = resourceRule({
  name: "ecs-container-insights",
  group: "logging",
  description: "The cluster measures its tasks.",
  severity: "low",
  controls: ["FSBP ECS.12"],
  mend: 'Set the cluster setting containerInsights to "enhanced" or "enabled" (components/compute/cluster.ts).',
  claims: { "aws:ecs/cluster:Cluster": ["settings[containerInsights]"] },
  judges: {
    *"aws:ecs/cluster:Cluster"({ settings }) {
      const found = (settings ?? []).find(({ name }) => name === "containerInsights")?.value;
      yield* mustBeOneOf("settings[containerInsights]", found, ["enhanced", "enabled"], "disabled");
    },
  },
});
