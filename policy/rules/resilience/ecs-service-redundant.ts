import { mustBeAtLeast, mustBeOneOf, unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

const isRedundant = ({ props }: { readonly props: Readonly<Record<string, unknown>> }): boolean =>
  (props["tags"] as Readonly<Record<string, string>> | undefined)?.["Singleton"] !== "true";

export const ecsServiceRedundant = resourceRule({
  name: "ecs-service-redundant",
  group: "resilience",
  description:
    "Services run enough tasks, spread over zones, and never fewer while they are deployed; singletons are marked as such.",
  severity: "critical",
  controls: [],
  mend: "Raise minTasks in the stack file, or mark the service with the tag Singleton = true where a second task would be wrong.",
  thresholds: {
    minimumTasks: { type: "integer", minimum: 1, default: 2, description: "Tasks per service that is no singleton." },
  },
  claims: {
    "aws:ecs/service:Service": [
      "desiredCount",
      { path: "availabilityZoneRebalancing", where: isRedundant },
      { path: "deploymentMinimumHealthyPercent", where: isRedundant, harmless: { drop: "100 % by default" } },
    ],
    "aws:appautoscaling/target:Target": [
      { path: "minCapacity", where: ({ props }) => props["serviceNamespace"] === "ecs" },
    ],
  },
  judges: {
    *"aws:ecs/service:Service"(service, context) {
      if (service.tags?.["Singleton"] === "true") {
        yield* unless(service.desiredCount === 1, {
          path: "desiredCount",
          found: service.desiredCount,
          required: "1: it is a singleton",
        });
        return;
      }
      yield* mustBeAtLeast("desiredCount", service.desiredCount, context.number("minimumTasks"), "tasks", 0);
      yield* mustBeOneOf("availabilityZoneRebalancing", service.availabilityZoneRebalancing, ["ENABLED"], "DISABLED");
      yield* mustBeAtLeast("deploymentMinimumHealthyPercent", service.deploymentMinimumHealthyPercent, 100, "%", 100);
    },
    *"aws:appautoscaling/target:Target"({ serviceNamespace, minCapacity }, context) {
      if (serviceNamespace === "ecs") {
        yield* mustBeAtLeast("minCapacity", minCapacity, context.number("minimumTasks"), "tasks", 0);
      }
    },
  },
});
