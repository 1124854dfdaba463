import { unless } from "../../framework/checks";
import type { StackView } from "../../framework/planned";
import { stackRule } from "../../framework/rule";

const METRIC = "aws:cloudwatch/metricAlarm:MetricAlarm";
const COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm";

/** Alarms that ECS watches while it deploys: it asks for their state, and needs no notification. */
function watchedByDeployments(stack: StackView): ReadonlySet<string> {
  return new Set(
    stack
      .ofType("aws:ecs/service:Service")
      .flatMap((service) => stack.sources(service, "alarms"))
      .map(({ urn }) => urn),
  );
}

export const alarmActions = stackRule({
  name: "alarm-actions",
  group: "monitoring",
  description: "Each alarm tells somebody: it has a topic of this program, or takes a deployment back.",
  severity: "high",
  controls: ["FSBP CloudWatch.15", "FSBP CloudWatch.17"],
  mend: "Give alarmActions a topic of components/monitoring/topics.ts, and leave actionsEnabled alone.",
  claims: {
    [METRIC]: [
      { path: "alarmActions", where: ({ props }) => "alarmActions" in props },
      { path: "actionsEnabled", bad: [false] },
    ],
    [COMPOSITE]: ["alarmActions", { path: "actionsEnabled", bad: [false] }],
  },
  *judge(stack) {
    const watched = watchedByDeployments(stack);
    for (const alarm of [...stack.ofType(METRIC), ...stack.ofType(COMPOSITE)]) {
      yield* unless(alarm.props.actionsEnabled !== false, {
        resource: alarm,
        path: "actionsEnabled",
        found: alarm.props.actionsEnabled,
        required: "true, which is AWS's default",
      });
      const tells = stack.sources(alarm, "alarmActions").some(({ type }) => type === "aws:sns/topic:Topic");
      yield* unless(tells || watched.has(alarm.urn), {
        resource: alarm,
        path: "alarmActions",
        found: undefined,
        required: "a topic of this program",
      });
    }
  },
});
