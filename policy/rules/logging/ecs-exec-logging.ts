import { mustBeOneOf, unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const ecsExecLogging = resourceRule({
  name: "ecs-exec-logging",
  group: "logging",
  description: "What is typed inside a container is recorded.",
  severity: "medium",
  controls: [],
  mend: 'Give executeCommandConfiguration logging: "OVERRIDE" and a log group (components/compute/cluster.ts).',
  claims: {
    "aws:ecs/cluster:Cluster": [
      "configuration.executeCommandConfiguration.logging",
      "configuration.executeCommandConfiguration.logConfiguration",
    ],
  },
  judges: {
    *"aws:ecs/cluster:Cluster"({ configuration }) {
      const path = "configuration.executeCommandConfiguration";
      const execute = configuration?.executeCommandConfiguration;
      yield* mustBeOneOf(`${path}.logging`, execute?.logging, ["OVERRIDE"], "DEFAULT");
      yield* unless(execute !== undefined && "logConfiguration" in execute, {
        path: `${path}.logConfiguration`,
        found: undefined,
        required: "a log group",
      });
    },
  },
});
