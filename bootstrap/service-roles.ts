import { errorName } from "../operations/aws";
import type { Step } from "./step";

/**
 * Service-linked roles that the first `pulumi up` of an account stands on. AWS makes each on first use, but ECS's comes
 * too late for the first cluster ("Unable to assume the service linked role"), and all need iam:CreateServiceLinkedRole,
 * which the role that runs `up` should not have. CloudFront's for VPC origins is left to CloudFront.
 */
const SERVICES = [
  "ecs.amazonaws.com",
  "ecs.application-autoscaling.amazonaws.com",
  "elasticache.amazonaws.com",
  "elasticloadbalancing.amazonaws.com",
  "rds.amazonaws.com",
  "rds.application-autoscaling.amazonaws.com",
] as const;

export const serviceRolesStep: Step = {
  title: "Service-linked roles",
  async look({ aws }) {
    const iam = await aws.iam();
    const paths = new Set<string>();
    // By path, which names the service; the role's own name has no rule to it.
    for await (const page of iam.paginateListRoles({ PathPrefix: "/aws-service-role/" })) {
      for (const role of page.Roles ?? []) paths.add(role.Path ?? "");
    }
    const there = (service: string) => paths.has(`/aws-service-role/${service}/`);
    return {
      present: SERVICES.filter(there),
      actions: SERVICES.filter((service) => !there(service)).map((service) => ({
        kind: "create",
        says: `the service-linked role of ${service}`,
        async run() {
          try {
            await iam.createServiceLinkedRole({ AWSServiceName: service });
          } catch (error) {
            // The service itself was quicker.
            if (errorName(error) !== "InvalidInputException") throw error;
          }
        },
      })),
    };
  },
};
