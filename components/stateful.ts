import type * as pulumi from "@pulumi/pulumi";

/**
 * Options for a resource whose loss is a loss of data: `protect` makes Pulumi refuse to delete or replace it, and
 * `retainOnDelete`, which is read from the state, leaves it in AWS should it ever leave the program.
 */
export function stateful<T extends pulumi.ResourceOptions>(
  stack: { readonly protect: boolean },
  options: T,
): T & { protect: boolean; retainOnDelete: boolean } {
  return { ...options, protect: stack.protect, retainOnDelete: stack.protect };
}
