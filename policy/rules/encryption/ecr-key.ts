import { ownKeyRule } from "../../framework/own-key";

export const ecrKey = ownKeyRule(
  {
    name: "ecr-key",
    group: "encryption",
    description: "Image repositories are encrypted with a key of our own.",
    severity: "medium",
    controls: ["FSBP ECR.5"],
    mend: "Give encryptionConfigurations the images key (components/compute/images.ts). A change replaces the repository.",
  },
  [
    {
      type: "aws:ecr/repository:Repository",
      path: "encryptionConfigurations[0].kmsKey",
      purposes: ["images", "images-copies"],
      otherwise: "AWS takes AES256 with a key of its own",
    },
  ],
);
