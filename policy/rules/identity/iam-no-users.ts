import type { Finding } from "../../framework/rule";
import { resourceRule } from "../../framework/rule";

function* refuse(path: string): Generator<Finding> {
  yield { path, found: "(an IAM user)", required: "a role: for people by single sign-on, for pipelines by OIDC" };
}

export const iamNoUsers = resourceRule({
  name: "iam-no-users",
  group: "identity",
  description: "There are no IAM users and no long-lived keys.",
  severity: "critical",
  controls: ["FSBP IAM.3"],
  mend: "Use a role that is assumed for an hour.",
  claims: {},
  judges: {
    "aws:iam/user:User": () => refuse("user"),
    "aws:iam/accessKey:AccessKey": () => refuse("accessKey"),
  },
});
