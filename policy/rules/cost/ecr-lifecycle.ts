import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const ecrLifecycle = resourceRule({
  name: "ecr-lifecycle",
  group: "cost",
  description: "Old images expire, but never the last released ones, which a rollback needs.",
  severity: "medium",
  controls: ["FSBP ECR.3"],
  mend: "Keep the rule for released images first, by count (components/compute/images.ts).",
  thresholds: {
    minimumReleases: { type: "integer", minimum: 1, default: 20, description: "Released images that never expire." },
  },
  claims: { "aws:ecr/lifecyclePolicy:LifecyclePolicy": ["policy"] },
  judges: {
    *"aws:ecr/lifecyclePolicy:LifecyclePolicy"({ policy }, context) {
      const { rules } = JSON.parse(typeof policy === "string" ? policy : JSON.stringify(policy)) as {
        rules: {
          rulePriority: number;
          selection: {
            tagStatus: string;
            tagPrefixList?: string[];
            tagPatternList?: string[];
            countType: string;
            countNumber: number;
          };
        }[];
      };
      const [first] = [...rules]
        .sort((a, b) => a.rulePriority - b.rulePriority)
        .filter(({ selection }) => selection.tagStatus !== "untagged");
      const minimum = context.number("minimumReleases");
      const keeps =
        first?.selection.countType === "imageCountMoreThan" &&
        first.selection.countNumber >= minimum &&
        first.selection.tagStatus === "tagged";
      yield* unless(keeps, {
        path: "policy.rules[0].selection",
        found: first?.selection,
        required: `first a rule for released images that keeps at least ${minimum}`,
      });
    },
  },
});
