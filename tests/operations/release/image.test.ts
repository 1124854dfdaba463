import { describe, expect, it } from "vitest";
import { parseReference } from "../../../operations/release/image";

const URL = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/affiliate-production-app";
const DIGEST = `sha256:${"a".repeat(64)}`;

describe("an image's reference", () => {
  it.each([
    ["v1.2.3", { imageTag: "v1.2.3" }],
    ["sha-0a1b2c3", { imageTag: "sha-0a1b2c3" }],
    ["a".repeat(128), { imageTag: "a".repeat(128) }],
    [DIGEST, { imageDigest: DIGEST }],
    [`${URL}:v1.2.3`, { imageTag: "v1.2.3" }],
    [`${URL}@${DIGEST}`, { imageDigest: DIGEST }],
  ])("%s", (reference, id) => expect(parseReference(reference, URL)).toEqual(id));

  it.each([
    ["latest", /latest names no release/],
    [`${URL}:latest`, /latest names no release/],
    ["", /is no image of this stack/],
    [URL, /is no image of this stack/],
    [`${URL}-other:v1`, /is no image of this stack/],
    [`${URL}/v1`, /is no image of this stack/],
    ["docker.io/library/nginx:1", /is no image of this stack/],
    ["a".repeat(129), /is no image of this stack/],
    ["-v1", /is no image of this stack/],
    ["v1 ; rm", /is no image of this stack/],
    [DIGEST.slice(0, -1), /is no image of this stack/],
    [`sha256:${"A".repeat(64)}`, /is no image of this stack/],
  ])("refused: %s", (reference, says) => expect(() => parseReference(reference, URL)).toThrow(says));
});
