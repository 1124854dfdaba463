import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { GLOBAL_REGION, type StackFacts } from "../../config/stack";
import { healthPath, ports } from "../../config/vocabulary";
import type { Metrics } from "../metrics";

export interface ReachabilityArgs {
  readonly stack: StackFacts;
  /** What visitors type. */
  readonly hostname: string;
}

const INTERVAL_SECONDS = 10;
const TRIES = 3;

/** It has no checkers in Osaka, and where the platform is there, those in Tokyo may be gone. */
const nearest = ({ region }: StackFacts) => (region === "ap-northeast-1" ? region : "ap-southeast-2");

/**
 * Route 53's checkers ask for /health as a visitor would, from outside: DNS, certificate, firewall, CloudFront, load
 * balancer, task. It is the one critical look from us-east-1 that does not wait for CloudFront's own metrics.
 */
export class Reachability extends pulumi.ComponentResource {
  readonly metrics: Metrics<"reachable">;
  /** Seconds until a checker takes silence for an answer. */
  readonly unreachableAfterSeconds = INTERVAL_SECONDS * TRIES;

  constructor(name: string, args: ReachabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:monitoring:Reachability", name, {}, opts);
    const check = new aws.route53.HealthCheck(
      name,
      {
        type: "HTTPS",
        fqdn: args.hostname,
        port: ports.https,
        resourcePath: healthPath,
        enableSni: true,
        requestInterval: INTERVAL_SECONDS,
        failureThreshold: TRIES,
        // The fewest that Route 53 takes; all eight would be a third of staging's traffic. Tokyo may be what is down.
        regions: [nearest(args.stack), "ap-southeast-1", "us-west-2"],
        tags: { Name: args.hostname },
      },
      { parent: this },
    );
    this.metrics = {
      reachable: {
        namespace: "AWS/Route53",
        metricName: "HealthCheckStatus",
        dimensions: { HealthCheckId: check.id },
        unit: "None",
        region: GLOBAL_REGION,
      },
    };
    this.registerOutputs({ healthCheckId: check.id });
  }
}
