import * as pulumi from "@pulumi/pulumi";

/** Stands in the state for a generation that has been in use. It is nothing in AWS. */
class GenerationMark extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("affiliate:data:Generation", name, {}, opts);
    this.registerOutputs({});
  }
}

/**
 * Notes each generation up to the one in use, protected in every stack. A stack file of before a restore, from an old
 * branch say, has fewer of them: the engine then refuses the whole update with the name of the mark, before anything is
 * changed, and knows that from the state alone.
 */
export function markGenerations(parent: pulumi.Resource, name: string, current: number): void {
  for (let generation = 1; generation <= current; generation++) {
    new GenerationMark(`${name}-generation-${generation}-is-in-use-and-no-older-one-may-be`, { parent, protect: true });
  }
}
