import type {
  DeploymentConfiguration,
  DeploymentLifecycleHook,
  DeploymentLifecycleHookStage,
} from "@aws-sdk/client-ecs";
import { Failure } from "../failure";

/** Stages that ECS pauses at; at the two in which traffic moves it does not. */
export const PAUSE_STAGES = [
  "PRE_SCALE_UP",
  "POST_SCALE_UP",
  "POST_TEST_TRAFFIC_SHIFT",
  "PRE_PRODUCTION_TRAFFIC_SHIFT",
  "POST_PRODUCTION_TRAFFIC_SHIFT",
] as const satisfies readonly DeploymentLifecycleHookStage[];

export function pauseStage(typed: string): DeploymentLifecycleHookStage {
  const wanted = typed.toUpperCase().replaceAll("-", "_");
  const stage = PAUSE_STAGES.find((known) => known === wanted);
  if (stage !== undefined) return stage;
  const known = PAUSE_STAGES.map((one) => one.toLowerCase().replaceAll("_", "-"));
  throw new Failure("usage", `ECS does not pause at "${typed}".`, `Stages: ${known.join(", ")}`);
}

const isPause = ({ targetType }: DeploymentLifecycleHook): boolean => targetType === "PAUSE";

export const pauses = ({ lifecycleHooks = [] }: DeploymentConfiguration): DeploymentLifecycleHook[] =>
  lifecycleHooks.filter(isPause);

/** The same configuration with a pause at a stage, or with none: the gate's hooks stay as they are. */
export function withPause(
  configuration: DeploymentConfiguration,
  stage: DeploymentLifecycleHookStage | undefined,
): DeploymentConfiguration {
  const others = (configuration.lifecycleHooks ?? []).filter((hook) => !isPause(hook));
  const pause: DeploymentLifecycleHook = {
    targetType: "PAUSE",
    lifecycleStages: stage === undefined ? [] : [stage],
    // Nobody comes: after a day the old revision has it again, which is where visitors are.
    timeoutConfiguration: { timeoutInMinutes: 1440, action: "ROLLBACK" },
  };
  return { ...configuration, lifecycleHooks: stage === undefined ? others : [...others, pause] };
}
