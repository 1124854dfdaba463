import { mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const taskDefinitionKept = resourceRule({
  name: "task-definition-kept",
  group: "backup",
  description: "Old revisions of a task definition stay, so that there is something to roll back to.",
  severity: "high",
  controls: [],
  mend: "Set skipDestroy: true (components/compute/task-template.ts).",
  claims: { "aws:ecs/taskDefinition:TaskDefinition": ["skipDestroy"] },
  judges: {
    *"aws:ecs/taskDefinition:TaskDefinition"({ skipDestroy }) {
      yield* mustBeTrue("skipDestroy", skipDestroy, "each change deregisters the revision before it");
    },
  },
});
