import type { Request } from "../../request";
import { shapes } from "../../shape";
import { held, inside, lastOf, mustBeJson, mustMatch, put, refuseWhileUsed } from "./common";
import { textOf, isList, type Value } from "../../../schema/values";

// ECR and ECS.

const CLUSTER = "aws:ecs/cluster:Cluster";
const SERVICE = "aws:ecs/service:Service";

/** Fargate's pairs: CPU units to MiB, from "Task definition parameters for Fargate". */
const FARGATE: Readonly<Record<string, readonly [least: number, most: number, step: number]>> = {
  "256": [512, 2048, 512],
  "512": [1024, 4096, 1024],
  "1024": [2048, 8192, 1024],
  "2048": [4096, 16384, 1024],
  "4096": [8192, 30720, 1024],
  "8192": [16384, 61440, 4096],
  "16384": [32768, 122880, 8192],
};

function refuseTask(request: Request): void {
  const operation = "ECS: RegisterTaskDefinition";
  const containers = definitions(request);
  if (containers.length === 0)
    request.refuse("ClientException", "Container definitions list may not be empty.", operation);
  const named = containers.map((container) => inside(container, "name"));
  if (new Set(named).size !== named.length) {
    request.refuse("ClientException", "Container names must be unique.", operation);
  }
  if (!containers.some((container) => inside(container, "essential") !== false)) {
    request.refuse("ClientException", "Task definition does not have any essential container", operation);
  }
  if (!request.texts("requiresCompatibilities").includes("FARGATE")) return;
  const [least, most, step] = FARGATE[request.text("cpu")] ?? [0, -1, 1];
  const memory = Number(request.text("memory"));
  if (memory < least || memory > most || (memory !== 512 && memory % step !== 0)) {
    request.refuse(
      "ClientException",
      `No Fargate configuration exists for given values: ${request.text("cpu")} CPU, ${memory} memory.`,
      operation,
    );
  }
  if (request.text("networkMode") !== "awsvpc") {
    request.refuse("ClientException", "Fargate only supports network mode 'awsvpc'.", operation);
  }
  if (
    !request.has("executionRoleArn") &&
    containers.some(
      (container) =>
        inside(container, "secrets", "0") !== undefined ||
        JSON.stringify(inside(container, "logConfiguration") ?? "").includes("awslogs"),
    )
  ) {
    request.refuse(
      "ClientException",
      "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
      operation,
    );
  }
}

function definitions(request: Request): readonly Value[] {
  try {
    const parsed = JSON.parse(request.text("containerDefinitions")) as Value;
    return isList(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function revision(request: Request): number {
  const kept = request.old?.["revision"];
  return typeof kept === "number"
    ? kept
    : request.cloud.next(`task-definition/${request.account}/${request.region}/${request.text("family")}`);
}

function refuseService(request: Request): void {
  const operation = "ECS: CreateService";
  const configuration = request.map("deploymentConfiguration");
  const cluster = request.text("cluster");
  const found = request.cloud.list(CLUSTER).some((item) => item.id === cluster || item.state["name"] === cluster);
  if (cluster !== "" && !found) request.refuse("ClusterNotFoundException", "Cluster not found.", operation);
  const task = request.text("taskDefinition");
  const family = lastOf(task).split(":")[0];
  if (
    task !== "" &&
    !request.cloud.list("aws:ecs/taskDefinition:TaskDefinition").some((item) => item.state["family"] === family)
  ) {
    request.refuse("ClientException", `Unable to describe task definition ${task}`, operation);
  }
  const blueGreen = configuration["strategy"] === "BLUE_GREEN";
  for (const balancer of request.maps("loadBalancers")) {
    const advanced = balancer["advancedConfiguration"];
    if (blueGreen && advanced === undefined) {
      request.refuse(
        "InvalidParameterException",
        "advancedConfiguration is required for load balancers with the BLUE_GREEN deployment strategy.",
        operation,
      );
    }
    // ECS looks for the group behind a listener before it creates the service.
    const group = balancer["targetGroupArn"];
    const used = ["aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"].some((type) =>
      request.cloud.list(type).some((item) => JSON.stringify(item.state).includes(JSON.stringify(group))),
    );
    if (!used) {
      request.refuse(
        "InvalidParameterException",
        `The target group with targetGroupArn ${textOf(group)} does not have an associated load balancer.`,
        operation,
      );
    }
  }
}

const serviceArn = (request: Request): string =>
  request.arn("ecs", `service/${lastOf(request.text("cluster") || "default")}/${request.text("name")}`);

export const containers = shapes({
  "aws:ecr/repository:Repository": {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 256 },
    plan: (request) => ({
      name: mustMatch(
        request,
        "name",
        /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
        "2 to 256 lower case letters, digits and ._-/",
      ),
    }),
    unique: held({
      scope: "ecr-repository",
      code: "RepositoryAlreadyExistsException",
      words: (name, request) =>
        `The repository with name '${name}' already exists in the registry with id '${request.account}'`,
      operation: "ECR: CreateRepository",
    }),
    outputs: (request) => ({
      arn: request.arn("ecr", `repository/${request.text("name")}`),
      registryId: request.account,
      repositoryUrl: `${request.account}.dkr.ecr.${request.region}.amazonaws.com/${request.text("name")}`,
      imageTagMutability: "MUTABLE",
      encryptionConfigurations: [{ encryptionType: "AES256", kmsKey: "" }],
    }),
    refuseDelete: (request, repository) => {
      if (repository.state["hasImages"] === true && repository.state["forceDelete"] !== true) {
        request.refuse(
          "RepositoryNotEmptyException",
          `The repository with name '${repository.id}' in registry with id '${request.account}' cannot be deleted because it still contains images`,
          "ECR: DeleteRepository",
        );
      }
    },
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    ...put("repository"),
    plan: (request) => ({ policy: mustBeJson(request, "policy") }),
    outputs: (request) => ({ registryId: request.account }),
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": {
    ...put("repository"),
    plan: (request) => ({ policy: mustBeJson(request, "policy") }),
    outputs: (request) => ({ registryId: request.account }),
  },
  "aws:ecr/registryPolicy:RegistryPolicy": registry(),
  "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": registry(),
  "aws:ecr/replicationConfiguration:ReplicationConfiguration": registry(),
  "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": {
    id: (request) => request.text("prefix"),
    autoname: false,
    unique: held({
      scope: "ecr-creation-template",
      property: "prefix",
      code: "TemplateAlreadyExistsException",
      words: (prefix) => `The repository creation template with prefix '${prefix}' already exists`,
      operation: "ECR: CreateRepositoryCreationTemplate",
    }),
    plan: (request) => ({ lifecyclePolicy: mustBeJson(request, "lifecyclePolicy") }),
    outputs: (request) => ({ registryId: request.account, imageTagMutability: "MUTABLE" }),
  },
  "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": {
    id: (request) => request.text("ecrRepositoryPrefix"),
    outputs: (request) => ({ registryId: request.account }),
  },
  [CLUSTER]: {
    id: (request) => request.arn("ecs", `cluster/${request.text("name")}`),
    autoname: { property: "name", maxLength: 255 },
    // CreateCluster itself answers with the cluster that is there; the provider refuses that.
    unique: held({
      scope: "ecs-cluster",
      code: "ClusterAlreadyExistsException",
      words: (name) => `ECS Cluster (${name}) already exists`,
      operation: "ECS: CreateCluster",
    }),
    outputs: (request) => ({
      arn: request.arn("ecs", `cluster/${request.text("name")}`),
      settings: [{ name: "containerInsights", value: "disabled" }],
    }),
    refuseDelete: refuseWhileUsed([[SERVICE, "cluster"]], {
      code: "ClusterContainsServicesException",
      words: () => "The Cluster cannot be deleted while Services are active.",
      operation: "ECS: DeleteCluster",
    }),
  },
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": put("clusterName"),
  "aws:ecs/accountSettingDefault:AccountSettingDefault": {
    id: (request) => request.arn("iam", "root", { region: "" }) + request.text("name"),
    put: true,
    autoname: false,
    outputs: (request) => ({ principalArn: request.arn("iam", "root", { region: "" }) }),
  },
  "aws:ecs/taskDefinition:TaskDefinition": {
    id: (request) => request.text("family"),
    key: (state) => textOf(state["arn"]),
    autoname: { property: "family", maxLength: 255 },
    plan: (request) => ({
      family: mustMatch(request, "family", /^[\w-]{1,255}$/, "letters, digits, hyphens and underscores"),
      containerDefinitions: mustBeJson(request, "containerDefinitions"),
    }),
    refuse: refuseTask,
    outputs: (request) => {
      const family = request.arn("ecs", `task-definition/${request.text("family")}`);
      const number = revision(request);
      return {
        arn: `${family}:${number}`,
        arnWithoutRevision: family,
        revision: number,
        networkMode: "bridge",
        enableFaultInjection: false,
      };
    },
  },
  [SERVICE]: {
    id: serviceArn,
    autoname: { property: "name", maxLength: 255 },
    unique: (request) => [
      {
        scope: `ecs-service/${lastOf(request.text("cluster") || "default")}`,
        name: request.text("name"),
        code: "InvalidParameterException",
        message: "Creation of service was not idempotent.",
        operation: "ECS: CreateService",
      },
    ],
    refuse: refuseService,
    outputs: (request) => ({
      arn: serviceArn(request),
      cluster: "default",
      availabilityZoneRebalancing: "ENABLED",
      deploymentConfiguration: { strategy: "ROLLING", bakeTimeInMinutes: "0" },
      deploymentMaximumPercent: 200,
      deploymentMinimumHealthyPercent: 100,
      deploymentController: { type: "ECS" },
      iamRole: request.arn("iam", "role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS", { region: "" }),
      launchType: "FARGATE",
      platformVersion: "LATEST",
      propagateTags: "NONE",
      schedulingStrategy: "REPLICA",
      triggers: {},
    }),
  },
});

function registry() {
  return {
    id: (request: Request) => request.account,
    put: true as const,
    outputs: (request: Request) => ({ registryId: request.account }),
  };
}
