import * as aws from "@pulumi/aws";
import * as datadog from "@pulumi/datadog";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../config/arn";
import { GLOBAL_REGION, type StackFacts } from "../config/stack";
import { policyDocument, type Statement } from "../components/policy-document";
import { namespaces, permissions, type Permission } from "./datadog-permissions";
import type { AccountFile } from "./settings";

type Site = NonNullable<AccountFile["datadog"]>["site"];

export interface DatadogAccountArgs {
  readonly stack: StackFacts;
  readonly site: Site;
  /** Whether CloudWatch's metrics are collected; Datadog bills by host, CloudWatch by metric asked for. */
  readonly metrics: boolean;
}

/** The AWS account that each of Datadog's sites comes from. Source: Datadog, "AWS manual setup". */
const COMES_FROM: Readonly<Record<Site, string>> = {
  "ap1.datadoghq.com": "417141415827",
  "ap2.datadoghq.com": "412381753143",
  "datadoghq.com": "464622532012",
  "us3.datadoghq.com": "464622532012",
  "us5.datadoghq.com": "464622532012",
  "datadoghq.eu": "464622532012",
};

/** The AWS account in Datadog, and the role that Datadog reads it by. */
export class DatadogAccount extends pulumi.ComponentResource {
  constructor(name: string, args: DatadogAccountArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:account:DatadogAccount", name, {}, opts);
    const { stack, site, metrics } = args;
    const parent = { parent: this };
    const roleName = stack.name("iamRole", "datadog");

    // Datadog makes it up and shows it to nobody else: with it, no other customer of Datadog's can name our role.
    const externalId = new datadog.aws.IntegrationExternalId(name, {}, parent);
    const role = new aws.iam.Role(
      name,
      {
        name: roleName,
        description: "Datadog reads metrics and tags",
        assumeRolePolicy: policyDocument([
          {
            sid: "Datadog",
            principals: { AWS: `arn:aws:iam::${COMES_FROM[site]}:root` },
            actions: ["sts:AssumeRole"],
            conditions: { StringEquals: { "sts:ExternalId": externalId.id } },
          },
        ]),
      },
      parent,
    );
    const policy = new aws.iam.RolePolicy(
      name,
      {
        role: role.name,
        policy: policyDocument(permissions.map((permission, index) => statement(stack, permission, index))),
      },
      parent,
    );
    new datadog.aws.IntegrationAccount(
      name,
      {
        awsAccountId: stack.accountId,
        awsPartition: "aws",
        accountTags: [`env:${stack.environment}`],
        authConfig: { awsAuthConfigRole: { roleName, externalId: externalId.id } },
        awsRegions: { includeOnlies: [stack.region, GLOBAL_REGION] },
        metricsConfig: {
          enabled: metrics,
          automuteEnabled: true,
          // CloudWatch's alarms page by themselves: as events they would be told twice.
          collectCloudwatchAlarms: false,
          collectCustomMetrics: true,
          namespaceFilters: { includeOnlies: [...namespaces] },
        },
        // Both want a read of the whole account (SecurityAudit): more than metrics need.
        resourcesConfig: { cloudSecurityPostureManagementCollection: false, extendedCollection: false },
        // Logs stay in CloudWatch; traces come by the agents beside the tasks.
        logsConfig: { lambdaForwarder: {} },
        tracesConfig: { xrayServices: { includeOnlies: [] } },
      },
      // Datadog tries the role as soon as it is told of it.
      { ...parent, dependsOn: [policy] },
    );
    this.registerOutputs();
  }
}

function statement(stack: StackFacts, { resource, actions }: Permission, index: number): Statement {
  const resources = resource === "*" ? "*" : arn(stack, resource.service, resource.resource, { region: "*" });
  return { sid: `Read${index + 1}`, actions, resources };
}
