import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const ecsNoPublicIp = resourceRule({
  name: "ecs-no-public-ip",
  group: "exposure",
  description: "Tasks have no public address.",
  severity: "high",
  controls: ["FSBP ECS.2"],
  mend: "Leave networkConfiguration.assignPublicIp false (components/compute).",
  claims: {
    "aws:ecs/service:Service": [
      { path: "networkConfiguration.assignPublicIp", bad: [true], harmless: { drop: "false by default" } },
    ],
  },
  judges: {
    *"aws:ecs/service:Service"({ networkConfiguration }) {
      const found = networkConfiguration?.assignPublicIp;
      yield* unless(found !== true, { path: "networkConfiguration.assignPublicIp", found, required: "false" });
    },
  },
});
