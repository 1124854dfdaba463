import { unless } from "../../framework/checks";
import { containersOf } from "../../framework/containers";
import { resourceRule } from "../../framework/rule";

export const containerLogs = resourceRule({
  name: "container-logs",
  group: "containers",
  description: "What containers print is kept.",
  severity: "medium",
  controls: ["FSBP ECS.9"],
  mend: "Give logConfiguration (components/compute/containers.ts).",
  claims: { "aws:ecs/taskDefinition:TaskDefinition": ["containerDefinitions[].logConfiguration"] },
  judges: {
    *"aws:ecs/taskDefinition:TaskDefinition"({ containerDefinitions }) {
      for (const { name, logConfiguration } of containersOf(containerDefinitions)) {
        const found = logConfiguration?.logDriver;
        yield* unless(found !== undefined, {
          path: `containerDefinitions[${name}].logConfiguration`,
          found,
          required: "a log driver",
        });
      }
    },
  },
});
