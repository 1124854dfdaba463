import * as pulumi from "@pulumi/pulumi";
import { RESOURCE_TAG, resourceTag } from "../config/resource-tag";

type Tags = pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;

/**
 * From here on each AWS resource can be found again when a run was killed before the state knew of it: one that takes tags
 * says which of the program's it is, and a role's policy has a name that is the same in each plan (docs/decisions/0023). A
 * transformation of the whole stack and no argument of each component: the one that somebody forgets is the one that is
 * looked for at night. Children of awsx's components are made in a plugin, where no transformation reaches: they have the
 * `Name` that awsx gives them.
 */
export function makeResourcesFindable(): void {
  const place = { project: pulumi.getProject(), stack: pulumi.getStack() };
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    const given = props as pulumi.Inputs & { readonly tags?: Tags };
    if (type === "aws:iam/rolePolicy:RolePolicy" && given["namePrefix"] === undefined)
      return { props: { ...given, name: (given["name"] as pulumi.Input<string> | undefined) ?? name }, opts };
    // The SDK's classes announce what the provider answers: `tagsAll` is answered by what takes tags, and by nothing else.
    if (!type.startsWith("aws:") || !("tagsAll" in given)) return undefined;
    const own = { [RESOURCE_TAG]: resourceTag({ ...place, type, name }) };
    return { props: { ...given, tags: withTag(given.tags, own) }, opts };
  });
}

/** Plain where it was plain: policies judge tags before anything is made. */
function withTag(tags: Tags | undefined, own: Readonly<Record<string, string>>): Tags {
  if (tags === undefined) return own;
  if (pulumi.Output.isInstance(tags) || tags instanceof Promise)
    return pulumi.output(tags).apply((known) => ({ ...known, ...own }));
  return { ...tags, ...own };
}
