import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const s3NotEmptied = resourceRule({
  name: "s3-not-emptied",
  group: "backup",
  description: "A bucket or repository with something in it is not deleted.",
  severity: "high",
  controls: [],
  mend: "Leave forceDestroy and forceDelete out; they follow affiliate:protect of the stack file.",
  claims: {
    "aws:s3/bucket:Bucket": [{ path: "forceDestroy", harmless: { drop: "false by default" } }],
    "aws:ecr/repository:Repository": [{ path: "forceDelete", harmless: { drop: "false by default" } }],
  },
  judges: {
    *"aws:s3/bucket:Bucket"({ forceDestroy }) {
      yield* unless(forceDestroy !== true, { path: "forceDestroy", found: forceDestroy, required: "false" });
    },
    *"aws:ecr/repository:Repository"({ forceDelete }) {
      yield* unless(forceDelete !== true, { path: "forceDelete", found: forceDelete, required: "false" });
    },
  },
});
