import { unless } from "../../framework/checks";
import { containersOf } from "../../framework/containers";
import { resourceRule } from "../../framework/rule";

export const containerImageFixed = resourceRule({
  name: "container-image-fixed",
  group: "containers",
  description: "Containers run an image by its digest; a template says that it waits for a release to put one in.",
  severity: "high",
  controls: [],
  mend: "Name the image as repository@sha256:…; in a template family, with the tag unreleased.",
  claims: { "aws:ecs/taskDefinition:TaskDefinition": ["containerDefinitions[].image"] },
  judges: {
    *"aws:ecs/taskDefinition:TaskDefinition"({ family, containerDefinitions }) {
      for (const { name, image } of containersOf(containerDefinitions)) {
        const fixed =
          /@sha256:[0-9a-f]{64}$/.test(image) || (family.endsWith("-template") && image.endsWith(":unreleased"));
        yield* unless(fixed, {
          path: `containerDefinitions[${name}].image`,
          found: image,
          required: "an image by digest",
        });
      }
    },
  },
});
