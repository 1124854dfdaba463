import { describe, expect, it } from "vitest";
import { record, valueOf } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { makeLoadBalancer, SUBNETS } from "./support";

describe("LoadBalancer", () => {
  it("is internal, deletion-protected, strict about headers, and logs", async () => {
    const recording = await record(() => makeLoadBalancer());
    expect(recording.counts()).toEqual({
      "affiliate:compute:LoadBalancer": 1,
      "aws:lb/listener:Listener": 2,
      "aws:lb/listenerRule:ListenerRule": 2,
      "aws:lb/loadBalancer:LoadBalancer": 1,
      "aws:lb/targetGroup:TargetGroup": 2,
    });
    const logs = { bucket: "affiliate-production-logs-123456789012", prefix: "alb", enabled: true };
    expect(recording.one("aws:lb/loadBalancer:LoadBalancer").inputs).toEqual({
      name: "affiliate-production-web",
      loadBalancerType: "application",
      internal: true,
      subnets: SUBNETS,
      securityGroups: ["sg-load-balancer"],
      enableDeletionProtection: true,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      enableHttp2: true,
      idleTimeout: 65,
      xffHeaderProcessingMode: "append",
      enableZonalShift: true,
      accessLogs: logs,
      connectionLogs: logs,
    });
  });

  it("listens with TLS only, and answers hosts that are not ours 404", async () => {
    const recording = await record(() => makeLoadBalancer());
    const listeners = recording.ofType("aws:lb/listener:Listener");
    expect(listeners.map(({ inputs }) => inputs.port)).toEqual([443, 8443]);
    for (const { inputs } of listeners) {
      expect(inputs).toMatchObject({
        protocol: "HTTPS",
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        certificateArn: "arn:aws:acm:ap-northeast-1:123456789012:certificate/1",
        defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: "404" } }],
      });
    }
  });

  it("forwards by weight to both groups on both listeners, and leaves the weights to ECS", async () => {
    const recording = await record(() => makeLoadBalancer());
    const { blue, green } = recording.result;
    const rules = recording.ofType("aws:lb/listenerRule:ListenerRule");
    expect(rules.map(({ name }) => name)).toEqual(["load-balancer-production", "load-balancer-test"]);
    const [blueArn, greenArn] = [await valueOf(blue.arn), await valueOf(green.arn)];
    expect(blueArn).not.toBe(greenArn);
    for (const rule of rules) {
      expect(rule.options.ignoreChanges).toEqual(["actions"]);
      expect(rule.inputs.conditions).toEqual([
        { hostHeader: { values: ["api.affiliate-system.com", "origin.affiliate-system.com"] } },
      ]);
      expect(rule.inputs.actions).toEqual([
        {
          type: "forward",
          forward: {
            targetGroups: [
              { arn: blueArn, weight: 100 },
              { arn: greenArn, weight: 0 },
            ],
            stickiness: { enabled: false, duration: 1 },
          },
        },
      ]);
    }
    expect(rules[0]?.inputs.listenerArn).toBe(await valueOf(recording.result.productionListenerArn));
    expect(rules[1]?.inputs.listenerArn).toBe(await valueOf(recording.result.testListenerArn));
  });

  it("has two equal target groups without a name of their own", async () => {
    const recording = await record(() => makeLoadBalancer());
    const [blue, green] = recording.ofType("aws:lb/targetGroup:TargetGroup");
    expect(blue?.inputs).toEqual(green?.inputs);
    expect(blue?.inputs).not.toHaveProperty("name");
    expect(blue?.inputs).not.toHaveProperty("namePrefix");
    // Pulumi adds a hyphen and seven characters, and AWS takes 32.
    for (const group of [blue, green]) expect((group?.name.length ?? 99) + 8).toBeLessThanOrEqual(32);
    expect(blue?.inputs).toMatchObject({
      targetType: "ip",
      port: 8080,
      protocol: "HTTP",
      loadBalancingAlgorithmType: "least_outstanding_requests",
      stickiness: { type: "lb_cookie", enabled: false },
      deregistrationDelay: 30,
      healthCheck: { path: "/health", matcher: "200", interval: 10, timeout: 5 },
    });
  });

  it("can be deleted where nothing is protected", async () => {
    const stack = testStack({ environment: "staging", protect: false });
    const recording = await record(() => makeLoadBalancer({ stack }));
    expect(recording.one("aws:lb/loadBalancer:LoadBalancer").inputs.enableDeletionProtection).toBe(false);
  });

  it("names metrics by load balancer, and by target group where they differ", async () => {
    const { result } = await record(() => makeLoadBalancer());
    expect(Object.keys(result.metrics.requests.dimensions)).toEqual(["LoadBalancer"]);
    expect(result.blue.metrics.errors5xx.metricName).toBe("HTTPCode_Target_5XX_Count");
    expect(await valueOf(result.blue.metrics.requests.dimensions.TargetGroup ?? "")).toBe(
      await valueOf(result.blue.arnSuffix),
    );
    expect(await valueOf(result.blue.arnSuffix)).toMatch(/^targetgroup\//);
    expect(await valueOf(result.arnSuffix)).toMatch(/^app\/affiliate-production-web\//);
  });

  it.each([[[]], [["a.com", "b.com", "c.com", "d.com", "e.com", "f.com"]]])(
    "refuses host names %j",
    async (hostnames) => {
      await expect(record(() => makeLoadBalancer({ hostnames }))).rejects.toThrow(/1 to 5 host names/);
    },
  );
});
