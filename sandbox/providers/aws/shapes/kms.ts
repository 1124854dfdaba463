import type { Request } from "../../request";
import { shapes } from "../../shape";
import { held, mustBeJson, mustBeWithin, mustMatch } from "./common";

const keyId = (request: Request): string =>
  request.kept("keyId", () => (request.flag("multiRegion") ? `mrk-${request.hex(32)}` : request.uuid()));

function defaultPolicy(request: Request): string {
  const root = request.arn("iam", "root", { region: "" });
  const statement = {
    Sid: "Enable IAM User Permissions",
    Effect: "Allow",
    Principal: { AWS: root },
    Action: "kms:*",
    Resource: "*",
  };
  return JSON.stringify({ Version: "2012-10-17", Id: "key-default-1", Statement: [statement] });
}

export const kms = shapes({
  "aws:kms/key:Key": {
    id: keyId,
    plan: (request) => ({
      policy: mustBeJson(request, "policy"),
      deletionWindowInDays: mustBeWithin(request, "deletionWindowInDays", 7, 30),
      rotationPeriodInDays: mustBeWithin(request, "rotationPeriodInDays", 90, 2560),
    }),
    outputs: (request) => ({
      keyId: keyId(request),
      arn: request.arn("kms", `key/${keyId(request)}`),
      policy: defaultPolicy(request),
      description: "",
      isEnabled: true,
      keyUsage: "ENCRYPT_DECRYPT",
      customerMasterKeySpec: "SYMMETRIC_DEFAULT",
      rotationPeriodInDays: request.flag("enableKeyRotation") ? 365 : 0,
    }),
  },
  "aws:kms/replicaKey:ReplicaKey": {
    // A replica has the id of its primary, in another region.
    id: (request) => lastId(request.text("primaryKeyArn")),
    unique: (request) => [
      {
        scope: "kms-replica",
        name: lastId(request.text("primaryKeyArn")),
        code: "AlreadyExistsException",
        message: `Replica key already exists in region ${request.region}`,
        operation: "KMS: ReplicateKey",
      },
    ],
    outputs: (request) => ({
      keyId: lastId(request.text("primaryKeyArn")),
      arn: request.arn("kms", `key/${lastId(request.text("primaryKeyArn"))}`),
      keySpec: "SYMMETRIC_DEFAULT",
      keyUsage: "ENCRYPT_DECRYPT",
      policy: defaultPolicy(request),
      keyRotationEnabled: true,
    }),
  },
  "aws:kms/alias:Alias": {
    id: (request) => request.text("name"),
    autoname: false,
    plan: (request) => ({
      name: mustMatch(
        request,
        "name",
        /^alias\/(?!aws\/)[\w/-]{1,250}$/,
        `it begins with "alias/", never with "alias/aws/"`,
      ),
    }),
    unique: held({
      scope: "kms-alias",
      code: "AlreadyExistsException",
      words: (name, request) => `An alias with the name ${request.arn("kms", name)} already exists`,
      operation: "KMS: CreateAlias",
    }),
    outputs: (request) => {
      const target = request.text("targetKeyId");
      return {
        arn: request.arn("kms", request.text("name")),
        targetKeyArn: target.startsWith("arn:") ? target : request.arn("kms", `key/${target}`),
        namePrefix: "",
      };
    },
  },
  "aws:kms/keyPolicy:KeyPolicy": { id: (request) => request.text("keyId"), put: true },
  "aws:kms/grant:Grant": {
    id: (request) => `${request.text("keyId")}:${request.hex(64)}`,
    outputs: (request) => ({ grantId: request.hex(64), grantToken: request.hex(64, "token") }),
  },
});

function lastId(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
