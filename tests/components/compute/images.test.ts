import { describe, expect, it } from "vitest";
import { Images, lifecyclePolicy } from "../../../components/compute/images";
import { record, valueOf } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { KEY_ARN } from "./support";

interface Rule {
  rulePriority: number;
  selection: { tagStatus: string; tagPatternList?: string[]; countType: string; countNumber: number };
}
interface Stored {
  id: string;
  tags: string[];
  /** Days ago. */
  pushed: number;
}

/** What ECR would expire: each rule identifies images; an image that matches a rule's tags is that rule's alone. */
function expired(policy: string, images: readonly Stored[]): string[] {
  const { rules } = JSON.parse(policy) as { rules: Rule[] };
  const claimed = new Set<string>();
  const gone: string[] = [];
  for (const { selection } of [...rules].sort((a, b) => a.rulePriority - b.rulePriority)) {
    const prefixes = (selection.tagPatternList ?? []).map((pattern) => pattern.replace(/\*$/, ""));
    const matching = images
      .filter((image) => !claimed.has(image.id))
      .filter(
        ({ tags }) => selection.tagStatus === "any" || prefixes.some((p) => tags.some((tag) => tag.startsWith(p))),
      )
      .sort((a, b) => a.pushed - b.pushed);
    for (const { id } of matching) claimed.add(id);
    const out =
      selection.countType === "imageCountMoreThan"
        ? matching.slice(selection.countNumber)
        : matching.filter(({ pushed }) => pushed > selection.countNumber);
    gone.push(...out.map(({ id }) => id));
  }
  return gone;
}

describe("lifecyclePolicy", () => {
  const releases = Array.from({ length: 25 }, (_, at) => ({
    id: `release ${at}`,
    tags: [`sha-${at}`, `release-${at}`],
    pushed: 100 + at,
  }));

  it("keeps the last 20 releases however old they are", () => {
    expect(expired(lifecyclePolicy(20, 14), releases)).toEqual(releases.slice(20).map(({ id }) => id));
  });

  it("drops what was never released, tagged or not, after its days", () => {
    const builds = [
      { id: "fresh build", tags: ["sha-1"], pushed: 3 },
      { id: "old build", tags: ["sha-2"], pushed: 15 },
      { id: "old layer", tags: [], pushed: 15 },
    ];
    expect(expired(lifecyclePolicy(20, 14), [...builds, ...releases.slice(0, 20)])).toEqual(["old build", "old layer"]);
  });

  it("puts the rule for any image last, as ECR demands", () => {
    const { rules } = JSON.parse(lifecyclePolicy(20, 14)) as { rules: Rule[] };
    const last = Math.max(...rules.map(({ rulePriority }) => rulePriority));
    expect(rules.filter(({ selection }) => selection.tagStatus === "any").map((rule) => rule.rulePriority)).toEqual([
      last,
    ]);
  });
});

describe("Images", () => {
  it("is immutable, scanned, encrypted, and kept where data is", async () => {
    const recording = await record(() => new Images("images", { stack: testStack(), keyArn: KEY_ARN }));
    expect(recording.counts()).toEqual({
      "affiliate:compute:Images": 1,
      "aws:ecr/lifecyclePolicy:LifecyclePolicy": 1,
      "aws:ecr/repository:Repository": 1,
    });
    const repository = recording.one("aws:ecr/repository:Repository");
    expect(repository.inputs).toMatchObject({
      name: "affiliate-production-app",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: KEY_ARN }],
      forceDelete: false,
    });
    expect(repository.options).toMatchObject({ protect: true, retainOnDelete: true });
    expect(recording.result.repositoryArn).toBe(
      "arn:aws:ecr:ap-northeast-1:123456789012:repository/affiliate-production-app",
    );
  });

  it("goes with its stack where nothing is protected", async () => {
    const stack = testStack({ environment: "staging", protect: false });
    const recording = await record(() => new Images("images", { stack, keyArn: KEY_ARN }));
    const repository = recording.one("aws:ecr/repository:Repository");
    expect(repository.inputs.forceDelete).toBe(true);
    expect(repository.options.protect).toBe(false);
  });

  it("makes the repository of the copies too, as immutable, under the key there", async () => {
    const copies = { region: "ap-northeast-3", keyArn: "arn:aws:kms:ap-northeast-3:123456789012:key/images-copies" };
    const recording = await record(() => new Images("images", { stack: testStack(), keyArn: KEY_ARN, copies }));
    expect(recording.counts()).toEqual({
      "affiliate:compute:Images": 1,
      "aws:ecr/lifecyclePolicy:LifecyclePolicy": 2,
      "aws:ecr/repository:Repository": 2,
    });
    expect(recording.one("aws:ecr/repository:Repository", "images-copies").inputs).toMatchObject({
      region: "ap-northeast-3",
      name: "affiliate-production-app",
      imageTagMutability: "IMMUTABLE",
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: copies.keyArn }],
    });
  });

  it("uses the copies in the recovery stack, and makes none", async () => {
    const stack = testStack({ environment: "recovery", region: "ap-northeast-3" });
    const copiesOf = testStack({ region: "ap-northeast-3" });
    const recording = await record(() => new Images("images", { stack, keyArn: KEY_ARN, copiesOf }));
    expect(recording.counts()).toEqual({ "affiliate:compute:Images": 1 });
    expect(await valueOf(recording.result.repositoryUrl)).toBe(
      "123456789012.dkr.ecr.ap-northeast-3.amazonaws.com/affiliate-production-app",
    );
  });
});
