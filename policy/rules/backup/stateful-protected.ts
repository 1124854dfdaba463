import { unless } from "../../framework/checks";
import type { Finding, Judge } from "../../framework/rule";
import { resourceRule } from "../../framework/rule";

function* protectedHere(_: unknown, { resource }: { resource: { protect: boolean } }): Generator<Finding> {
  yield* unless(resource.protect, { path: "(option) protect", found: resource.protect, required: "true" });
}
const judge = protectedHere satisfies Judge<"aws:rds/cluster:Cluster">;

const judges = {
  "aws:dynamodb/table:Table": judge,
  "aws:rds/cluster:Cluster": judge,
  "aws:elasticache/replicationGroup:ReplicationGroup": judge,
  "aws:s3/bucket:Bucket": judge,
  "aws:kms/key:Key": judge,
  "aws:secretsmanager/secret:Secret": judge,
  "aws:ecr/repository:Repository": judge,
};

/** Types of resources whose loss is a loss of data. */
export const statefulTypes: ReadonlySet<string> = new Set(Object.keys(judges));

export const statefulProtected = resourceRule({
  name: "stateful-protected",
  group: "backup",
  description: "Pulumi refuses to delete or replace what holds data.",
  severity: "critical",
  controls: [],
  mend: "Make the resource with stateful(stack, …) (components/stateful.ts), and set affiliate:protect: true in the stack file.",
  claims: {},
  judges,
});
