import { unless } from "../../framework/checks";
import { containersOf } from "../../framework/containers";
import { resourceRule } from "../../framework/rule";

export const containerUnprivileged = resourceRule({
  name: "container-unprivileged",
  group: "containers",
  description: "Containers run as a user without rights.",
  severity: "high",
  controls: ["FSBP ECS.4", "FSBP ECS.20"],
  mend: "Give user, and neither privileged nor capabilities (components/compute/containers.ts).",
  claims: {
    "aws:ecs/taskDefinition:TaskDefinition": [
      { path: "containerDefinitions[].user", bad: ["root", "0", "0:0"], harmless: { other: "another user" } },
      { path: "containerDefinitions[].privileged", bad: [true] },
    ],
  },
  judges: {
    *"aws:ecs/taskDefinition:TaskDefinition"({ containerDefinitions }) {
      for (const { name, user, privileged } of containersOf(containerDefinitions)) {
        const root = user === undefined || /^(root|0)(:|$)/.test(user);
        yield* unless(!root, {
          path: `containerDefinitions[${name}].user`,
          found: user,
          required: "a user that is not root",
        });
        yield* unless(privileged !== true, {
          path: `containerDefinitions[${name}].privileged`,
          found: privileged,
          required: "false",
        });
      }
    },
  },
});
