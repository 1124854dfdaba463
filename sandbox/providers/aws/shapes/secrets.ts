import { MIXED, type Request } from "../../request";
import { shapes } from "../../shape";
import { held, mustBeJson, mustMatch, put } from "./common";

// Secrets Manager and Systems Manager parameters.

/** The provider keeps secrets and their parts by the secret's ARN. */
const secretArn = (request: Request): string =>
  request.kept("arn", () => request.arn("secretsmanager", `secret:${request.text("name")}-${request.code(6, MIXED)}`));

export const secrets = shapes({
  "aws:secretsmanager/secret:Secret": {
    id: secretArn,
    autoname: { property: "name", maxLength: 512 },
    unique: held({
      scope: "secret",
      code: "ResourceExistsException",
      words: (name) => `The operation failed because the secret ${name} already exists.`,
      operation: "Secrets Manager: CreateSecret",
    }),
    plan: (request) => {
      const days = request.number("recoveryWindowInDays");
      return {
        name: mustMatch(request, "name", /^[\w/+=.@-]{1,512}$/, "letters, digits and /_+=.@-"),
        recoveryWindowInDays:
          days !== undefined && days !== 0 && (days < 7 || days > 30) && `expected 0 or 7 to 30 days, got ${days}`,
        policy: mustBeJson(request, "policy"),
      };
    },
    outputs: (request) => ({ arn: secretArn(request), namePrefix: "", policy: "", replicas: [] }),
    // The name is free again only when the recovery window is over.
    afterDelete: (request, secret) => {
      const days = secret.state["recoveryWindowInDays"] ?? 30;
      if (typeof days !== "number" || days === 0) return;
      for (const name of secret.names) {
        request.cloud.reserve(name, days, {
          code: "InvalidRequestException",
          message: "You can't create this secret because a secret with this name is already scheduled for deletion.",
          operation: "Secrets Manager: CreateSecret",
        });
      }
    },
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    id: (request) => `${request.text("secretId")}|${request.kept("versionId", () => `terraform-${request.hex(26)}`)}`,
    put: true,
    outputs: (request) => ({
      arn: request.text("secretId"),
      secretArn: request.text("secretId"),
      versionId: request.kept("versionId", () => `terraform-${request.hex(26)}`),
      versionStages: ["AWSCURRENT"],
      hasSecretStringWo: request.has("secretStringWo"),
    }),
  },
  "aws:secretsmanager/secretPolicy:SecretPolicy": {
    ...put("secretArn"),
    plan: (request) => ({ policy: mustBeJson(request, "policy") }),
  },
  "aws:secretsmanager/secretRotation:SecretRotation": {
    ...put("secretId"),
    outputs: () => ({ rotationEnabled: true }),
  },
  "aws:ssm/parameter:Parameter": {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 1011 },
    unique: held({
      scope: "ssm-parameter",
      code: "ParameterAlreadyExists",
      words: () =>
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
      operation: "SSM: PutParameter",
    }),
    outputs: (request) => ({
      arn: request.arn("ssm", `parameter/${request.text("name").replace(/^\//, "")}`),
      dataType: "text",
      tier: "Standard",
      version: (typeof request.old?.["version"] === "number" ? request.old["version"] : 0) + 1,
      insecureValue: "",
      ...(request.text("type") === "SecureString" && { keyId: "alias/aws/ssm" }),
    }),
  },
  "aws:ssm/document:Document": {
    id: (request) => request.text("name"),
    unique: held({
      scope: "ssm-document",
      code: "DocumentAlreadyExists",
      words: () => "The specified document already exists.",
      operation: "SSM: CreateDocument",
    }),
    outputs: (request) => ({
      arn: request.arn("ssm", `document/${request.text("name")}`),
      createdDate: request.kept("createdDate", () => new Date().toISOString()),
      defaultVersion: "1",
      latestVersion: "1",
      documentVersion: "1",
      schemaVersion: "0.3",
      description: "",
      hash: request.hex(64),
      hashType: "Sha256",
      owner: request.account,
      status: "Active",
      parameters: [],
      platformTypes: ["Linux", "Windows", "MacOS"],
    }),
  },
});
