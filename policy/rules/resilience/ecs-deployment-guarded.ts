import { unless } from "../../framework/checks";
import type { Finding } from "../../framework/rule";
import { resourceRule } from "../../framework/rule";

interface Guard {
  readonly enable?: boolean;
  readonly rollback?: boolean;
}

function* mustGuard(path: string, guard: Guard | undefined): Generator<Finding> {
  yield* unless(guard?.enable === true, { path: `${path}.enable`, found: guard?.enable, required: "true" });
  yield* unless(guard?.rollback === true, { path: `${path}.rollback`, found: guard?.rollback, required: "true" });
}

export const ecsDeploymentGuarded = resourceRule({
  name: "ecs-deployment-guarded",
  group: "resilience",
  description: "A failing deployment is rolled back by itself: by the circuit breaker, and in blue/green by alarms.",
  severity: "high",
  controls: [],
  mend: "Give deploymentCircuitBreaker, and to a blue/green service alarms, each with enable and rollback (components/compute).",
  claims: {
    "aws:ecs/service:Service": [
      "alarms.enable",
      "alarms.rollback",
      "deploymentCircuitBreaker.enable",
      "deploymentCircuitBreaker.rollback",
    ],
  },
  judges: {
    *"aws:ecs/service:Service"({ deploymentConfiguration, alarms, deploymentCircuitBreaker }) {
      const blueGreen = deploymentConfiguration?.strategy === "BLUE_GREEN";
      yield* mustGuard("deploymentCircuitBreaker", deploymentCircuitBreaker);
      if (blueGreen || alarms !== undefined) yield* mustGuard("alarms", alarms);
    },
  },
});
