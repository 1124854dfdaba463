import { mustBeOneOf, unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const ecsNetworkMode = resourceRule({
  name: "ecs-network-mode",
  group: "containers",
  description: "Tasks run on Fargate with an address and a security group of their own, apart from any host.",
  severity: "medium",
  controls: ["FSBP ECS.3", "FSBP ECS.17"],
  mend: 'Give networkMode "awsvpc", requiresCompatibilities FARGATE and no pidMode (components/compute/task-template.ts).',
  claims: {
    "aws:ecs/taskDefinition:TaskDefinition": [
      "networkMode",
      "requiresCompatibilities",
      { path: "pidMode", bad: ["host"] },
    ],
  },
  judges: {
    *"aws:ecs/taskDefinition:TaskDefinition"({ networkMode, requiresCompatibilities, pidMode }) {
      yield* mustBeOneOf("networkMode", networkMode, ["awsvpc"], "bridge");
      const only = requiresCompatibilities?.length === 1 && requiresCompatibilities[0] === "FARGATE";
      yield* unless(only, {
        path: "requiresCompatibilities",
        found: requiresCompatibilities,
        required: "FARGATE alone",
      });
      yield* unless(pidMode !== "host", { path: "pidMode", found: pidMode, required: "nothing" });
    },
  },
});
