import { unless } from "../../framework/checks";
import type { Finding } from "../../framework/rule";
import { resourceRule } from "../../framework/rule";

interface Guard {
  readonly enable?: boolean;
  readonly rollback?: boolean;
}

/** Where a blue/green deployment is asked whether it may go on: before its tasks start, and before it takes traffic. */
const GATED = ["PRE_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT"];

function* mustGuard(path: string, guard: Guard | undefined): Generator<Finding> {
  yield* unless(guard?.enable === true, { path: `${path}.enable`, found: guard?.enable, required: "true" });
  yield* unless(guard?.rollback === true, { path: `${path}.rollback`, found: guard?.rollback, required: "true" });
}

function* mustBeGated(hooks: readonly { readonly lifecycleStages: readonly string[] }[] | undefined) {
  const stages = (hooks ?? []).flatMap(({ lifecycleStages }) => lifecycleStages);
  for (const stage of GATED) {
    yield* unless(stages.includes(stage), {
      path: "deploymentConfiguration.lifecycleHooks",
      found: stages,
      required: `a hook at ${stage}`,
    });
  }
}

export const ecsDeploymentGuarded = resourceRule({
  name: "ecs-deployment-guarded",
  group: "resilience",
  description:
    "A failing deployment is rolled back by itself: by the circuit breaker, and in blue/green by alarms and by hooks " +
    "before its tasks start and before it takes traffic.",
  severity: "high",
  controls: [],
  mend: "Give deploymentCircuitBreaker, and to a blue/green service alarms, each with enable and rollback, and the release gate's hook (components/compute).",
  claims: {
    "aws:ecs/service:Service": [
      "alarms.enable",
      "alarms.rollback",
      "deploymentCircuitBreaker.enable",
      "deploymentCircuitBreaker.rollback",
      "deploymentConfiguration.lifecycleHooks",
      "deploymentConfiguration.lifecycleHooks[].lifecycleStages",
    ],
  },
  judges: {
    *"aws:ecs/service:Service"({ deploymentConfiguration, alarms, deploymentCircuitBreaker }) {
      const blueGreen = deploymentConfiguration?.strategy === "BLUE_GREEN";
      yield* mustGuard("deploymentCircuitBreaker", deploymentCircuitBreaker);
      if (blueGreen || alarms !== undefined) yield* mustGuard("alarms", alarms);
      if (blueGreen) yield* mustBeGated(deploymentConfiguration.lifecycleHooks);
    },
  },
});
