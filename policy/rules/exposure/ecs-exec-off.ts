import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const ecsExecOff = resourceRule({
  name: "ecs-exec-off",
  group: "exposure",
  description: "Nobody opens a shell in a container that serves visitors: operators have a console task of their own.",
  severity: "medium",
  controls: [],
  mend: "Leave enableExecuteCommand false, and use the console task.",
  claims: { "aws:ecs/service:Service": [{ path: "enableExecuteCommand", harmless: { drop: "false by default" } }] },
  judges: {
    *"aws:ecs/service:Service"({ enableExecuteCommand }) {
      yield* unless(enableExecuteCommand !== true, {
        path: "enableExecuteCommand",
        found: enableExecuteCommand,
        required: "false",
      });
    },
  },
});
