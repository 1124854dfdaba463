/**
 * Each AWS resource that takes tags says which one of the program's it is: after a run that was killed between AWS's
 * answer and the state's writing, `npm run recover` finds it by that (docs/decisions/0023-resource-tag.md).
 */
export const RESOURCE_TAG = "Resource";

/** Source: AWS General Reference, "Tag naming limits and requirements": 256 characters, letters, digits, spaces and _.:/=+-@. */
const LONGEST = 256;
const REFUSED = /[^\p{L}\p{Z}\p{N}_.:/=+@-]/u;

export interface Named {
  readonly project: string;
  readonly stack: string;
  /** Type token: "aws:rds/cluster:Cluster". */
  readonly type: string;
  /** Name in the program. */
  readonly name: string;
}

/** What a URN says but for the parents: a resource that moves under another one keeps its tag. Throws where AWS would refuse it. */
export function resourceTag({ project, stack, type, name }: Named): string {
  const value = [project, stack, type, name].join("/");
  if (value.length > LONGEST)
    throw new Error(
      `${value} has ${value.length} characters, and the tag ${RESOURCE_TAG} takes ${LONGEST}: shorten the name`,
    );
  const [refused] = REFUSED.exec(value) ?? [];
  if (refused !== undefined)
    throw new Error(
      `${value} holds "${refused}", which AWS takes in no tag: the name may have letters, digits, spaces and _.:/=+-@`,
    );
  return value;
}

/** The parts of `urn:pulumi:production::affiliate::parent$aws:rds/cluster:Cluster::database`. */
export function namedBy(urn: string): Named {
  const [start = "", project = "", types = "", ...names] = urn.split("::");
  return {
    project,
    stack: start.slice("urn:pulumi:".length),
    type: types.slice(types.lastIndexOf("$") + 1),
    name: names.join("::"),
  };
}
