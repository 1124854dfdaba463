import { unless } from "../../framework/checks";
import { containersOf } from "../../framework/containers";
import { resourceRule } from "../../framework/rule";

const SECRET_NAME = /(password|passwd|secret|token|api_?key|app_?key|private_?key|credential)/i;

export const containerNoPlainSecret = resourceRule({
  name: "container-no-plain-secret",
  group: "containers",
  description: "Secrets reach containers by reference, never as text in their environment.",
  severity: "critical",
  controls: ["FSBP ECS.8"],
  mend: "Move the variable to secrets, with valueFrom a key of config/secrets.ts.",
  claims: {
    "aws:ecs/taskDefinition:TaskDefinition": [
      {
        path: "containerDefinitions[].environment",
        bad: [[{ name: "DB_PASSWORD", value: "hunter2" }]],
        harmless: { drop: "no variable, no secret", empty: "no variable, no secret" },
      },
    ],
  },
  judges: {
    *"aws:ecs/taskDefinition:TaskDefinition"({ containerDefinitions }) {
      for (const { name, environment } of containersOf(containerDefinitions)) {
        // Names only: a value is never printed.
        const plain = environment
          .filter((entry) => SECRET_NAME.test(entry.name) && entry.value !== "")
          .map((entry) => entry.name);
        yield* unless(plain.length === 0, {
          path: `containerDefinitions[${name}].environment`,
          found: plain,
          required: "no secret as text",
        });
      }
    },
  },
});
