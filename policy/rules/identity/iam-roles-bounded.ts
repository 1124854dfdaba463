import { isCeilingArn } from "../../framework/ceilings";
import { unless } from "../../framework/checks";
import { statementsOf } from "../../framework/documents";
import { stackRule } from "../../framework/rule";

const ROLE = "aws:iam/role:Role";

/** Roles that somebody outside AWS comes into by a token: pipelines. */
function isPipeline(trust: unknown): boolean {
  return statementsOf(trust).some(({ principals }) =>
    principals.some((principal) => principal.includes(":oidc-provider/")),
  );
}

export const iamRolesBounded = stackRule({
  name: "iam-roles-bounded",
  group: "identity",
  description:
    "Where a pipeline may make roles, each role has a ceiling that the pipeline cannot lift, and so has the pipeline.",
  severity: "critical",
  controls: ["FSBP IAM.21"],
  mend: "Call boundEveryRole before the first resource (index.ts), and give pipelines the deploy boundary (config/identity.ts).",
  claims: {
    [ROLE]: [
      {
        path: "permissionsBoundary",
        bad: ["arn:aws:iam::aws:policy/AdministratorAccess"],
      },
    ],
  },
  *judge(stack) {
    const roles = stack.ofType(ROLE);
    if (!roles.some(({ props }) => isPipeline(props.assumeRolePolicy))) return;
    for (const role of roles) {
      const of = isPipeline(role.props.assumeRolePolicy) ? "deploy" : "workload";
      const { permissionsBoundary } = role.props;
      yield* unless(isCeilingArn(permissionsBoundary, of), {
        resource: role,
        path: "permissionsBoundary",
        found: permissionsBoundary,
        required: `the ${of} boundary of the account project`,
      });
    }
  },
});
