import type { CreateBucketCommandInput, S3 } from "@aws-sdk/client-s3";
import type { StackFacts } from "../config/stack";
import { errorName } from "../operations/aws";
import { Failure } from "../operations/failure";
import { bucketSettings, stateBucketName } from "./bucket-settings";
import { canonical } from "./canonical";
import type { Action, Step } from "./step";

export const stateBucketStep: Step = {
  title: "State bucket",
  async look({ aws, stack }, known) {
    const s3 = await aws.s3();
    const bucket = stateBucketName(stack.facts);
    if (!(await exists(s3, bucket, stack.facts))) {
      const create = async () => {
        await s3.createBucket(creation(bucket, stack.facts));
        for (const setting of bucketSettings(stack, known.stateKeyArn)) await setting.write(s3);
      };
      const names = bucketSettings(stack, undefined).map((setting) => setting.name);
      const says = `${bucket} in ${stack.facts.region}: ${names.join(", ")}`;
      return { present: [], actions: [{ kind: "create", says, run: create }] };
    }
    const actions: Action[] = [];
    for (const setting of bucketSettings(stack, known.stateKeyArn)) {
      const same = setting.same ?? ((one, other) => canonical(one) === canonical(other));
      if (same(await setting.read(s3), setting.wanted)) continue;
      actions.push({
        kind: "change",
        says: `${bucket}: ${setting.name} differs, and is put back`,
        run: async () => void (await setting.write(s3)),
      });
    }
    return { present: actions.length === 0 ? [bucket] : [], actions };
  },
};

async function exists(s3: S3, bucket: string, facts: StackFacts): Promise<boolean> {
  try {
    const { BucketRegion } = await s3.headBucket({ Bucket: bucket, ExpectedBucketOwner: facts.accountId });
    if (BucketRegion === undefined || BucketRegion === facts.region) return true;
    throw new Failure("refused", `The bucket ${bucket} is in ${BucketRegion}, not in ${facts.region}.`);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === 404 || errorName(error) === "NotFound") return false;
    if (status === 301) throw new Failure("refused", `The bucket ${bucket} exists in another region.`);
    if (status === 403) {
      throw new Failure(
        "noAccess",
        `The bucket ${bucket} cannot be read: it belongs to another account, or these credentials lack s3:ListBucket.`,
      );
    }
    throw error;
  }
}

function creation(bucket: string, { region }: StackFacts): CreateBucketCommandInput {
  const constraint = region as NonNullable<CreateBucketCommandInput["CreateBucketConfiguration"]>["LocationConstraint"];
  return {
    Bucket: bucket,
    ObjectOwnership: "BucketOwnerEnforced",
    // us-east-1 is the one region that may not be named.
    ...(region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: constraint } }),
  };
}
