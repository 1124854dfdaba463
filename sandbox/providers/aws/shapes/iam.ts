import { UPPER, type Request } from "../../request";
import { shapes, type Shape } from "../../shape";
import { held, mustBeJson, mustMatch, put, refuseWhileUsed, timestamp } from "./common";

const NAMES = /^[\w+=,.@-]+$/;

function arn(request: Request, kind: string): string {
  const path = request.text("path") || "/";
  return request.arn("iam", `${kind}${path}${request.text("name")}`, { region: "" });
}

function unique(request: Request, prefix: string): string {
  return request.kept("uniqueId", () => prefix + request.code(17, UPPER));
}

function exists(kind: string, operation: string): NonNullable<Shape["unique"]> {
  return held({
    scope: `iam-${kind.toLowerCase()}`,
    within: "account",
    code: "EntityAlreadyExists",
    words: (name) => `${kind} with name ${name} already exists.`,
    operation: `IAM: ${operation}`,
    status: 409,
  });
}

export const iam = shapes({
  "aws:iam/role:Role": {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 64 },
    unique: exists("Role", "CreateRole"),
    plan: (request) => ({
      name: mustMatch(request, "name", /^[\w+=,.@-]{1,64}$/, "1 to 64 letters, digits and +=,.@-_"),
      assumeRolePolicy: mustBeJson(request, "assumeRolePolicy"),
    }),
    outputs: (request) => ({
      arn: arn(request, "role"),
      uniqueId: unique(request, "AROA"),
      createDate: timestamp(request, "createDate"),
      namePrefix: "",
      path: "/",
      maxSessionDuration: 3600,
      forceDetachPolicies: false,
    }),
    refuseDelete: refuseWhileUsed([["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "role"]], {
      code: "DeleteConflict",
      words: () => "Cannot delete entity, must detach all policies first.",
      operation: "IAM: DeleteRole",
      status: 409,
    }),
  },
  "aws:iam/rolePolicy:RolePolicy": {
    id: (request) => `${request.text("role")}:${request.text("name")}`,
    autoname: { property: "name", maxLength: 128 },
    put: true,
    plan: (request) => ({
      name: mustMatch(request, "name", NAMES, "letters, digits and +=,.@-_"),
      policy: mustBeJson(request, "policy"),
    }),
    outputs: () => ({ namePrefix: "" }),
  },
  "aws:iam/policy:Policy": {
    id: (request) => arn(request, "policy"),
    autoname: { property: "name", maxLength: 128 },
    unique: held({
      scope: "iam-policy",
      within: "account",
      code: "EntityAlreadyExists",
      words: (name) => `A policy called ${name} already exists. Duplicate names are not allowed.`,
      operation: "IAM: CreatePolicy",
      status: 409,
    }),
    plan: (request) => ({ policy: mustBeJson(request, "policy") }),
    outputs: (request) => ({
      arn: arn(request, "policy"),
      policyId: request.kept("policyId", () => `ANPA${request.code(17, UPPER)}`),
      attachmentCount: 0,
      namePrefix: "",
      path: "/",
    }),
    refuseDelete: refuseWhileUsed([["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "policyArn"]], {
      code: "DeleteConflict",
      words: () => "Cannot delete a policy attached to entities.",
      operation: "IAM: DeletePolicy",
      status: 409,
    }),
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": put2("role", "policyArn"),
  "aws:iam/instanceProfile:InstanceProfile": {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 128 },
    unique: exists("Instance Profile", "CreateInstanceProfile"),
    outputs: (request) => ({
      arn: arn(request, "instance-profile"),
      uniqueId: unique(request, "AIPA"),
      createDate: timestamp(request, "createDate"),
      namePrefix: "",
    }),
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    id: (request) => request.arn("iam", `oidc-provider/${host(request)}`, { region: "" }),
    unique: (request) => [
      {
        scope: "iam-oidc-provider",
        name: host(request),
        within: "account",
        code: "EntityAlreadyExists",
        message: `Provider with url https://${host(request)} already exists.`,
        operation: "IAM: CreateOpenIDConnectProvider",
        status: 409,
      },
    ],
    outputs: (request) => ({
      arn: request.arn("iam", `oidc-provider/${host(request)}`, { region: "" }),
      thumbprintLists: [],
    }),
  },
  "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": {
    id: () => "iam-account-password-policy",
    key: () => "iam-account-password-policy",
    put: true,
    autoname: false,
    outputs: (request) => ({ expirePasswords: (request.number("maxPasswordAge") ?? 0) > 0 }),
  },
  "aws:iam/serviceLinkedRole:ServiceLinkedRole": {
    id: (request) => serviceRole(request).arn,
    unique: (request) => [
      {
        scope: "iam-service-linked-role",
        name: `${request.text("awsServiceName")}/${request.text("customSuffix")}`,
        within: "account",
        code: "InvalidInput",
        message: `Service role name ${serviceRole(request).name} has been taken in this account, please try a different suffix.`,
        operation: "IAM: CreateServiceLinkedRole",
      },
    ],
    outputs: (request) => ({
      ...serviceRole(request),
      path: `/aws-service-role/${request.text("awsServiceName")}/`,
      uniqueId: unique(request, "AROA"),
      createDate: timestamp(request, "createDate"),
    }),
  },
});

/** Attached policies have no order: the pair is the id. */
function put2(first: string, second: string): Shape {
  return { ...put(first, second), id: (request) => `${request.text(first)}/${request.text(second)}` };
}

function host(request: Request): string {
  return request.text("url").replace(/^https:\/\//, "");
}

function serviceRole(request: Request): { name: string; arn: string } {
  const service = request.text("awsServiceName");
  const words = (service.split(".")[0] ?? "").split("-");
  const suffix = request.has("customSuffix") ? `_${request.text("customSuffix")}` : "";
  const name = `AWSServiceRoleFor${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}${suffix}`;
  return { name, arn: request.arn("iam", `role/aws-service-role/${service}/${name}`, { region: "" }) };
}
