import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * From here on each role that the program makes gets this ceiling, unless it names one itself. A transformation of the whole stack
 * and no argument of each component: a role that somebody adds and forgets is the one that must have it.
 * @param boundaryArn Policy that exists before the stack does: the account project makes it.
 */
export function boundEveryRole(boundaryArn: string): void {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    if (type !== "aws:iam/role:Role") return undefined;
    const role = props as aws.iam.RoleArgs;
    return { props: { ...role, permissionsBoundary: role.permissionsBoundary ?? boundaryArn }, opts };
  });
}
