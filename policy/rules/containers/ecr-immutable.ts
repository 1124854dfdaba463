import { mustBeOneOf, unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const ecrImmutable = resourceRule({
  name: "ecr-immutable",
  group: "containers",
  description: "A pushed tag means one image for ever, and each image is scanned.",
  severity: "high",
  controls: ["FSBP ECR.1", "FSBP ECR.2"],
  mend: 'Set imageTagMutability: "IMMUTABLE" and imageScanningConfiguration.scanOnPush (components/compute/images.ts).',
  claims: { "aws:ecr/repository:Repository": ["imageTagMutability", "imageScanningConfiguration.scanOnPush"] },
  judges: {
    *"aws:ecr/repository:Repository"({ imageTagMutability, imageScanningConfiguration }) {
      yield* mustBeOneOf("imageTagMutability", imageTagMutability, ["IMMUTABLE"], "MUTABLE");
      const found = imageScanningConfiguration?.scanOnPush;
      yield* unless(found === true, { path: "imageScanningConfiguration.scanOnPush", found, required: "true" });
    },
  },
});
