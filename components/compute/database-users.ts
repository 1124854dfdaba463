import * as pulumi from "@pulumi/pulumi";
import { databaseUser, databaseUserNames } from "../../config/database-users";
import type { Secrets } from "../foundation/secrets";
import { type FunctionPlace, vpcFunction } from "./vpc-function";

export interface DatabaseUsersArgs extends FunctionPlace {
  readonly secrets: Secrets;
  readonly databaseHost: pulumi.Input<string>;
  readonly databasePort: pulumi.Input<number>;
  readonly databaseName: string;
  /** RDS's own secret of the master user, under the key for secrets. */
  readonly masterSecretArn: pulumi.Input<string>;
}

/**
 * The function by which an operator makes and renews the database's users (config/database-users.ts): the database has
 * no way in from outside, and no password then passes through an operator's machine. Nothing calls it by itself.
 */
export class DatabaseUsers extends pulumi.ComponentResource {
  readonly functionName: string;
  readonly logGroupName: string;

  constructor(name: string, args: DatabaseUsersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:DatabaseUsers", name, {}, opts);
    const { secrets } = args;
    const secretArns = Object.fromEntries(
      databaseUserNames.map((user) => [user, secrets.arns[databaseUser(user).secret]]),
    );
    const { functionName, logGroupName } = vpcFunction(
      name,
      args,
      {
        part: "database-users",
        description: "Makes and renews the database's users, when an operator asks for it",
        memoryMiB: 256,
        timeoutSeconds: 60,
        // Two at once would each undo what the other looks at.
        concurrency: 1,
        environment: {
          DATABASE_HOST: args.databaseHost,
          DATABASE_NAME: args.databaseName,
          DATABASE_PORT: pulumi.output(args.databasePort).apply(String),
          MASTER_SECRET_ARN: args.masterSecretArn,
          USER_SECRET_ARNS: pulumi.output(secretArns).apply((arns) => JSON.stringify(arns)),
        },
        statements: [
          ...secrets.readPolicyOf("databaseUsers"),
          { sid: "MasterSecret", actions: ["secretsmanager:GetSecretValue"], resources: args.masterSecretArn },
        ],
      },
      this,
    );
    this.functionName = functionName;
    this.logGroupName = logGroupName;
    this.registerOutputs({ functionName });
  }
}
