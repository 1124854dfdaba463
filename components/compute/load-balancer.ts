import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import { healthPath, healthyStatus, ports, seconds } from "../../config/vocabulary";
import type { Metric, Metrics } from "../metrics";

export interface LoadBalancerArgs {
  readonly stack: StackFacts;
  readonly vpcId: pulumi.Input<string>;
  /** Private subnets, one a zone: it has no public address, CloudFront comes in through a VPC origin. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupId: pulumi.Input<string>;
  /** Covers the host names below; from its validation, since a listener refuses a pending one. */
  readonly certificateArn: pulumi.Input<string>;
  /** What visitors ask for, and the origin's own name. Any other host is answered 404. At most five, ELB's limit. */
  readonly hostnames: readonly string[];
  /** Once deliveries are let in: a load balancer checks that at the moment it is told to log. */
  readonly logBucketName: pulumi.Input<string>;
  readonly logPrefix: string;
}

export interface TargetGroup {
  readonly arn: pulumi.Output<string>;
  /** `targetgroup/name/id`, CloudWatch's dimension. */
  readonly arnSuffix: pulumi.Output<string>;
  readonly metrics: Metrics<"requests" | "errors5xx" | "responseTime" | "healthyHosts" | "unhealthyHosts">;
}

/** Post-quantum key exchange where the client has it, TLS 1.3, and of TLS 1.2 only forward-secret AEAD ciphers. */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";
/** Priority of both rules; what lies below is free for rules that go first, such as a maintenance page. */
const RULE_PRIORITY = 100;

/**
 * The internal load balancer, with what blue/green deployments of ECS need from the first day: two target groups, and
 * on the production and the test listener a rule each that forwards to both by weight. From then on ECS moves the
 * weights (docs/decisions/0003-one-writer.md).
 */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** `app/name/id`, CloudWatch's dimension. */
  readonly arnSuffix: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  readonly zoneId: pulumi.Output<string>;
  readonly blue: TargetGroup;
  readonly green: TargetGroup;
  readonly productionListenerArn: pulumi.Output<string>;
  readonly testListenerArn: pulumi.Output<string>;
  readonly productionRuleArn: pulumi.Output<string>;
  readonly testRuleArn: pulumi.Output<string>;
  readonly metrics: Metrics<
    | "requests"
    | "responseTime"
    | "targetErrors5xx"
    | "balancerErrors5xx"
    | "rejectedConnections"
    | "targetConnectionErrors"
  >;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:LoadBalancer", name, {}, opts);
    const { stack, hostnames } = args;
    if (hostnames.length < 1 || hostnames.length > 5) {
      throw new pulumi.RunError(
        `The load balancer's rules take 1 to 5 host names, and there are ${hostnames.length}: ${hostnames.join(", ")}. ` +
          "Take some out of affiliate:domain, or use one wildcard for several.",
      );
    }

    const logs = { bucket: args.logBucketName, prefix: args.logPrefix, enabled: true };
    const balancer = new aws.lb.LoadBalancer(
      name,
      {
        name: stack.name("loadBalancer", "web"),
        loadBalancerType: "application",
        internal: true,
        subnets: args.subnetIds,
        securityGroups: [args.securityGroupId],
        enableDeletionProtection: stack.protect,
        dropInvalidHeaderFields: true,
        desyncMitigationMode: "defensive",
        enableHttp2: true,
        // Above CloudFront's 60 s of waiting for an answer, and below nginx's 75 s of keeping an idle connection.
        idleTimeout: seconds.balancerIdle,
        // CloudFront has put the visitor's address there; ours goes behind it.
        xffHeaderProcessingMode: "append",
        // Lets an operator, or AWS, move traffic out of a zone that is in trouble.
        enableZonalShift: true,
        accessLogs: logs,
        connectionLogs: logs,
      },
      { parent: this },
    );
    this.arnSuffix = balancer.arnSuffix;

    this.blue = this.targetGroup(`${name}-blue`, args);
    this.green = this.targetGroup(`${name}-green`, args);
    const production = this.listener(`${name}-production`, balancer, ports.https, args);
    const test = this.listener(`${name}-test`, balancer, ports.testHttps, args);

    this.arn = balancer.arn;
    this.dnsName = balancer.dnsName;
    this.zoneId = balancer.zoneId;
    this.productionListenerArn = production.listener.arn;
    this.productionRuleArn = production.rule.arn;
    this.testListenerArn = test.listener.arn;
    this.testRuleArn = test.rule.arn;
    this.metrics = {
      requests: this.metric("RequestCount", "Count"),
      responseTime: this.metric("TargetResponseTime", "Seconds"),
      targetErrors5xx: this.metric("HTTPCode_Target_5XX_Count", "Count"),
      balancerErrors5xx: this.metric("HTTPCode_ELB_5XX_Count", "Count"),
      rejectedConnections: this.metric("RejectedConnectionCount", "Count"),
      targetConnectionErrors: this.metric("TargetConnectionErrorCount", "Count"),
    };
    this.registerOutputs({ arn: this.arn, dnsName: this.dnsName });
  }

  private targetGroup(name: string, { vpcId }: LoadBalancerArgs): TargetGroup {
    // No fixed name: a change of port or protocol makes a new group beside the old one (pulumi-aws#4220).
    const group = new aws.lb.TargetGroup(
      name,
      {
        vpcId,
        targetType: "ip",
        port: ports.web,
        protocol: "HTTP",
        protocolVersion: "HTTP1",
        // Requests differ widely in cost: a report must not have clicks queue behind it.
        loadBalancingAlgorithmType: "least_outstanding_requests",
        // Sessions are in Redis, so any task will do.
        stickiness: { type: "lb_cookie", enabled: false },
        // Seconds in which a task that goes finishes its requests; nearly all take less than one.
        deregistrationDelay: 30,
        healthCheck: {
          enabled: true,
          path: healthPath,
          port: "traffic-port",
          protocol: "HTTP",
          matcher: healthyStatus,
          interval: 10,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 3,
        },
      },
      { parent: this },
    );
    const metric = (metricName: string, unit: string) => this.metric(metricName, unit, group.arnSuffix);
    return {
      arn: group.arn,
      arnSuffix: group.arnSuffix,
      metrics: {
        requests: metric("RequestCount", "Count"),
        errors5xx: metric("HTTPCode_Target_5XX_Count", "Count"),
        responseTime: metric("TargetResponseTime", "Seconds"),
        healthyHosts: metric("HealthyHostCount", "Count"),
        unhealthyHosts: metric("UnHealthyHostCount", "Count"),
      },
    };
  }

  private listener(name: string, balancer: aws.lb.LoadBalancer, port: number, args: LoadBalancerArgs) {
    const listener = new aws.lb.Listener(
      name,
      {
        loadBalancerArn: balancer.arn,
        port,
        protocol: "HTTPS",
        sslPolicy: TLS_POLICY,
        certificateArn: args.certificateArn,
        defaultActions: [
          {
            type: "fixed-response",
            fixedResponse: { contentType: "text/plain", messageBody: "No such host", statusCode: "404" },
          },
        ],
      },
      { parent: this },
    );
    const rule = new aws.lb.ListenerRule(
      name,
      {
        listenerArn: listener.arn,
        priority: RULE_PRIORITY,
        conditions: [{ hostHeader: { values: [...args.hostnames] } }],
        actions: [
          {
            type: "forward",
            forward: {
              targetGroups: [
                { arn: this.blue.arn, weight: 100 },
                { arn: this.green.arn, weight: 0 },
              ],
              stickiness: { enabled: false, duration: 1 },
            },
          },
        ],
      },
      // The writer of the weights is ECS, in each blue/green deployment: what is written above is the first day only.
      { parent: this, ignoreChanges: ["actions"] },
    );
    return { listener, rule };
  }

  private metric(metricName: string, unit: string, targetGroup?: pulumi.Output<string>): Metric {
    return {
      namespace: "AWS/ApplicationELB",
      metricName,
      dimensions: { LoadBalancer: this.arnSuffix, ...(targetGroup && { TargetGroup: targetGroup }) },
      unit,
    };
  }
}
