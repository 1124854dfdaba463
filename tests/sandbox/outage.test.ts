import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Aws } from "./support/aws";
import { temporaryFolder } from "./support/folder";

const KEY = "aws:kms/key:Key";
const TOPIC = "aws:sns/topic:Topic";
const ROLE = "aws:iam/role:Role";
const osaka = { region: "ap-northeast-3" };

/** The providers as a run has them in which these regions are lost. */
function lost(regions: string, settings: Record<string, string> = osaka): Aws {
  vi.stubEnv("SANDBOX_LOST_REGIONS", regions);
  return new Aws(folder, settings);
}

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a lost region", () => {
  it("answers no call, whichever: not to the region of the stack, nor to one that a resource names", async () => {
    const before = new Aws(folder, osaka);
    const key = await before.create(KEY, { region: "ap-northeast-1" });
    const aws = lost("ap-northeast-1");
    for (const act of [
      () => aws.create(KEY, { region: "ap-northeast-1" }, "two"),
      () => aws.read(KEY, key),
      () => aws.update(KEY, key, { region: "ap-northeast-1", description: "changed" }),
      () => aws.delete(KEY, key),
    ]) {
      expect(await aws.refusal(act)).toContain("no answer from ap-northeast-1, which is lost");
    }
    const inTokyo = lost("ap-northeast-1", {});
    expect(await inTokyo.refusal(() => inTokyo.create(KEY, {}, "three"))).toContain("no answer from ap-northeast-1");
  });

  it("is of no use to another one: what names it is refused with the words that do", async () => {
    const aws = lost("ap-northeast-1");
    const kmsMasterKeyId = "arn:aws:kms:ap-northeast-1:123456789012:key/0";
    expect(await aws.refusal(() => aws.create(TOPIC, { name: "pages", kmsMasterKeyId }))).toContain(
      `"${kmsMasterKeyId}" is in ap-northeast-1, which is lost`,
    );
    // Osaka is ap-northeast-3, and a name may begin alike.
    expect((await aws.create(TOPIC, { name: "ap-northeast-12" })).id).toContain(":ap-northeast-3:");
  });

  it("takes global services with it only when it is us-east-1, where those are changed", async () => {
    const role = { name: "web", assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [] }) };
    const aws = lost("ap-northeast-1");
    expect((await aws.create(ROLE, role)).id).toBe("web");
    const both = lost("ap-northeast-1,us-east-1");
    expect(await both.refusal(() => both.create(ROLE, { ...role, name: "worker" }, "two"))).toContain(
      "no answer from us-east-1",
    );
  });

  it("is none unless a run says so", async () => {
    expect((await lost("").create(KEY, { region: "ap-northeast-1" })).id).not.toBe("");
  });
});
