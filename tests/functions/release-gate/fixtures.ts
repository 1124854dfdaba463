import type { Settings } from "../../../functions/release-gate/settings";

const arn = (resource: string): string => `arn:aws:ecs:ap-northeast-1:123456789012:${resource}`;
const CLUSTER = "affiliate-production";
const SERVICE = "affiliate-production-web";
const REPOSITORY = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/affiliate-production-app";

export const settings: Settings = {
  environment: "production",
  cluster: CLUSTER,
  serviceArn: arn(`service/${CLUSTER}/${SERVICE}`),
  bootstrapFamily: "affiliate-production-web-bootstrap",
  repositoryUrl: REPOSITORY,
  migrationFamily: "affiliate-production-migration",
  migrationTemplateFamily: "affiliate-production-migration-template",
  migrationContainer: "migration",
  migrationLogGroup: "/affiliate/production/migration",
  subnetIds: ["subnet-1", "subnet-2", "subnet-3"],
  taskSecurityGroupId: "sg-task",
  databaseCluster: "affiliate-production-database",
  snapshotPrefix: "affiliate-production-release",
  snapshotsKept: 20,
  table: "affiliate-production-releases",
  testHost: "internal-web.ap-northeast-1.elb.amazonaws.com",
  testHostname: "api.affiliate-system.com",
};

export const taskArn = (id: string): string => arn(`task/${CLUSTER}/${id}`);
export const definitionArn = (family: string, revision: number): string => arn(`task-definition/${family}:${revision}`);
export const deploymentArn = (id: string): string => arn(`service-deployment/${CLUSTER}/${SERVICE}/${id}`);
export const revisionArn = (id: string): string => arn(`service-revision/${CLUSTER}/${SERVICE}/${id}`);
/** An image by digest; one letter tells them apart. */
export const image = (letter: string): string => `${REPOSITORY}@sha256:${letter.repeat(64)}`;

/** What ECS calls the hook with (facts of the deployment hooks in ECS's developer guide). */
export const hookEvent = (deployment: string, lifecycleStage = "PRE_SCALE_UP"): Record<string, unknown> => ({
  executionId: `execution-${deployment}`,
  lifecycleStage,
  resourceArn: deploymentArn(deployment),
  executionDetails: {
    serviceArn: settings.serviceArn,
    targetServiceRevisionArn: revisionArn(deployment),
    testTrafficWeights: {},
    productionTrafficWeights: {},
  },
});
