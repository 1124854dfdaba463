import type { ECR, ImageDetail } from "@aws-sdk/client-ecr";
import type { Targets } from "../../config/targets";
import { RELEASE_TAG_PREFIX } from "../../config/vocabulary";
import { asFailure, errorName } from "../aws";
import { Failure } from "../failure";

export interface ReleaseImage {
  /** Repository and digest. */
  readonly image: string;
  readonly digest: string;
  /** What goes into RELEASE, and what /health has to answer. */
  readonly version: string;
  readonly detail: ImageDetail;
}

/** `v1.2.3`, `sha256:…`, or either behind the repository's address; anything else is refused before it is asked for. */
export function parseReference(
  reference: string,
  repositoryUrl: string,
): { imageTag: string } | { imageDigest: string } {
  const address = [":", "@"].map((mark) => `${repositoryUrl}${mark}`).find((start) => reference.startsWith(start));
  const rest = reference.slice(address?.length ?? 0);
  if (/^sha256:[0-9a-f]{64}$/.test(rest)) return { imageDigest: rest };
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(rest) && rest !== "latest") return { imageTag: rest };
  throw new Failure(
    "usage",
    rest === "latest"
      ? "The tag latest names no release: tomorrow it would be another image."
      : `"${reference}" is no image of this stack.`,
    `Give a tag (v1.2.3), a digest (sha256:…), or either behind ${repositoryUrl}`,
  );
}

/** The image by its digest: what is released is what was built, whatever happens to tags. */
export async function resolveImage(ecr: ECR, { images }: Targets, reference: string): Promise<ReleaseImage> {
  const id = parseReference(reference, images.repositoryUrl);
  const { repositoryName, repositoryUrl } = images;
  let detail: ImageDetail | undefined;
  try {
    const { imageDetails = [] } = await ecr.describeImages({ repositoryName, imageIds: [id] });
    [detail] = imageDetails;
  } catch (error) {
    if (errorName(error) !== "ImageNotFoundException") throw asFailure(error);
  }
  const digest = detail?.imageDigest;
  if (detail === undefined || digest === undefined) {
    throw new Failure(
      "refused",
      `There is no image ${reference} in ${repositoryName}.`,
      "Push it first, by its digest",
    );
  }
  const tags = [...(detail.imageTags ?? [])].sort();
  const tag = "imageTag" in id ? id.imageTag : tags.find((name) => !name.startsWith(RELEASE_TAG_PREFIX));
  // A tag that an earlier release gave tells the version behind its prefix.
  const version = (tag ?? tags[0])?.replace(new RegExp(`^${RELEASE_TAG_PREFIX}`), "") ?? digest.slice(7, 19);
  return { image: `${repositoryUrl}@${digest}`, digest, version, detail };
}

/** Keeps the image from expiring. Tags are immutable: one that is there already is the same image's. */
export async function tagReleased(ecr: ECR, { images }: Targets, { digest, version }: ReleaseImage): Promise<void> {
  const { repositoryName } = images;
  const { images: found = [] } = await ecr.batchGetImage({ repositoryName, imageIds: [{ imageDigest: digest }] });
  const [{ imageManifest, imageManifestMediaType } = {}] = found;
  if (imageManifest === undefined) throw new Failure("failed", `ECR does not give the manifest of ${digest}.`);
  try {
    await ecr.putImage({
      ...{ repositoryName, imageManifest, imageManifestMediaType, imageDigest: digest },
      imageTag: `${RELEASE_TAG_PREFIX}${version}`,
    });
  } catch (error) {
    if (!["ImageAlreadyExistsException", "ImageTagAlreadyExistsException"].includes(errorName(error))) throw error;
  }
}
