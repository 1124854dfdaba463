import { unless } from "../../framework/checks";
import { containersOf } from "../../framework/containers";
import { resourceRule } from "../../framework/rule";

export const containerReadOnly = resourceRule({
  name: "container-read-only",
  group: "containers",
  description:
    "Containers cannot change their own files; the operators' console, which ECS Exec writes to, is marked as such.",
  severity: "high",
  controls: ["FSBP ECS.5"],
  mend: "Set readonlyRootFilesystem: true and give a volume for what must be written (components/compute/containers.ts).",
  thresholds: {
    writableFamilies: {
      type: "array",
      items: { type: "string" },
      default: ["console-template"],
      description: "Ends of task families whose containers may write (containers-roadmap#1359).",
    },
  },
  claims: {
    "aws:ecs/taskDefinition:TaskDefinition": [
      {
        path: "containerDefinitions[].readonlyRootFilesystem",
        where: ({ props }) => !String(props["family"]).endsWith("console-template"),
      },
    ],
  },
  judges: {
    *"aws:ecs/taskDefinition:TaskDefinition"({ family, containerDefinitions }, context) {
      if (context.words("writableFamilies").some((end) => family.endsWith(end))) return;
      for (const { name, readonlyRootFilesystem } of containersOf(containerDefinitions)) {
        yield* unless(readonlyRootFilesystem === true, {
          path: `containerDefinitions[${name}].readonlyRootFilesystem`,
          found: readonlyRootFilesystem,
          required: "true",
        });
      }
    },
  },
});
