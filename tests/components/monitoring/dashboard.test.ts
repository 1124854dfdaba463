import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ALARM, COMPOSITE, dashboardBody, type Platform, platform } from "./platform";

/** Source: CloudWatch API reference, "Dashboard body structure and syntax". Unknown keys are faults. */
const axis = z.strictObject({
  label: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  showUnits: z.boolean().optional(),
});
const rendering = z.strictObject({
  label: z.string().min(1).optional(),
  stat: z.string().optional(),
  period: z.number().multipleOf(60).optional(),
  region: z.string().optional(),
  yAxis: z.enum(["left", "right"]).optional(),
  visible: z.boolean().optional(),
  id: z
    .string()
    .regex(/^[a-z]\w{0,254}$/)
    .optional(),
  expression: z.string().max(2048).optional(),
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i)
    .optional(),
});
const metricLine = z.array(z.union([z.string().min(1), rendering])).refine((parts) => {
  const words = parts.filter((part) => typeof part === "string");
  const options = parts.filter((part) => typeof part === "object");
  const calculated = words.length === 0 && options[0]?.expression !== undefined;
  // Namespace, name, and at most 30 dimensions, each with a value.
  return options.length <= 1 && (calculated || (words.length >= 2 && words.length % 2 === 0 && words.length <= 62));
});
const place = {
  x: z.int().min(0).max(23),
  y: z.int().min(0).max(999),
  width: z.int().min(1).max(24),
  height: z.int().min(1).max(1000),
};
const body = z.strictObject({
  widgets: z
    .array(
      z.discriminatedUnion("type", [
        z.strictObject({
          type: z.literal("text"),
          ...place,
          properties: z.strictObject({ markdown: z.string().min(1) }),
        }),
        z.strictObject({
          type: z.literal("alarm"),
          ...place,
          properties: z.strictObject({
            title: z.string(),
            alarms: z
              .array(z.string().regex(/^arn:aws:cloudwatch:[a-z0-9-]+:\d{12}:alarm:/))
              .min(1)
              .max(100),
          }),
        }),
        z.strictObject({
          type: z.literal("log"),
          ...place,
          properties: z.strictObject({
            title: z.string(),
            region: z.string(),
            view: z.enum(["timeSeries", "table", "bar", "pie"]),
            query: z.string().regex(/^SOURCE '/),
          }),
        }),
        z.strictObject({
          type: z.literal("metric"),
          ...place,
          properties: z.strictObject({
            title: z.string(),
            region: z.string(),
            view: z.enum(["timeSeries", "singleValue", "gauge", "bar", "pie", "table"]),
            stacked: z.boolean(),
            stat: z.string(),
            period: z.number().multipleOf(60),
            metrics: z.array(metricLine).min(1).max(500),
            yAxis: z.strictObject({ left: axis.optional(), right: axis.optional() }).optional(),
            annotations: z
              .strictObject({
                horizontal: z.array(
                  z.strictObject({ label: z.string(), value: z.number(), color: z.string().optional() }),
                ),
              })
              .optional(),
          }),
        }),
      ]),
    )
    .max(500),
});

const parsed = (of: Platform) => body.parse(dashboardBody(of));
const stacks = ["production", "staging"] as const;

describe.each(stacks)("the dashboard of %s", (stack) => {
  it("has the structure that CloudWatch documents", async () => {
    const result = body.safeParse(dashboardBody(await platform(stack)));
    expect(result.error?.issues).toBeUndefined();
  });

  it("has no widget over another, and none that sticks out", async () => {
    const cells = new Set<string>();
    for (const { x, y, width, height, properties } of parsed(await platform(stack)).widgets) {
      expect(x + width, JSON.stringify(properties).slice(0, 60)).toBeLessThanOrEqual(24);
      for (let column = x; column < x + width; column++) {
        for (let row = y; row < y + height; row++) {
          expect(cells.has(`${column} ${row}`)).toBe(false);
          cells.add(`${column} ${row}`);
        }
      }
    }
  });

  it("has the runbook's three widgets, with real names in them", async () => {
    const of = await platform(stack);
    const { widgets } = parsed(of);
    const find = (title: string) =>
      widgets.find(({ properties }) => "title" in properties && properties.title === title);
    const text = (title: string) => JSON.stringify(find(title));
    for (const word of ["CPUUtilization", "MemoryUtilization", `affiliate-${stack}-web`, `affiliate-${stack}-worker`]) {
      expect(text("ECS Resource Utilization")).toContain(word);
    }
    for (const word of [
      "DatabaseConnections",
      "CPUUtilization",
      "FreeableMemory",
      '"stat":"Sum"',
      `affiliate-${stack}-database`,
    ]) {
      expect(text("RDS Performance")).toContain(word);
    }
    const log = find("Error Logs");
    const query = log?.type === "log" ? log.properties.query : "";
    expect(query).toMatch(/filter .*ERROR.* \| stats count\(\*\) by bin\(5m\)$/);
    const groups = [...query.matchAll(/SOURCE '([^']+)'/g)].map(([, name]) => name);
    const made = of.recording.ofType("aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) => inputs.name);
    expect(groups).toContain(`/affiliate/${stack}/web`);
    expect(made).toEqual(expect.arrayContaining(groups));
  });

  it("has what a night needs besides", async () => {
    const of = await platform(stack);
    const vaults = of.recording.ofType("aws:backup/vault:Vault");
    const titles = parsed(of).widgets.flatMap(({ properties }) => ("title" in properties ? properties.title : []));
    expect(titles).toEqual([
      "Pages",
      "Deployments",
      "ECS Resource Utilization",
      "RDS Performance",
      "Error Logs",
      "Response time",
      "Requests and 5xx",
      "Target health",
      "Web tasks",
      "Workers and scheduler",
      "Deployments under way",
      "Replica lag",
      "Aurora latency",
      "Aurora load",
      "Redis memory",
      "Redis evictions",
      "Redis CPU of the engine",
      "Jobs that wait",
      "Age of the oldest job",
      "ERROR lines",
      "CloudFront errors",
      "CloudFront requests and origin latency",
      "Firewall",
      "S3 requests refused (4xx)",
      ...(vaults.length > 0 ? ["Backup jobs", "Backup jobs that failed"] : []),
    ]);
  });

  it("shows every page and every alarm that takes a deployment back", async () => {
    const of = await platform(stack);
    const shown = parsed(of).widgets.flatMap(({ type, properties }) =>
      type === "alarm" && "alarms" in properties ? properties.alarms : [],
    );
    const names = shown.map((arn) => arn.split(":").at(-1));
    const pages = of.recording.ofType(COMPOSITE).map(({ inputs }) => inputs.alarmName);
    const deployment = of.recording
      .ofType(ALARM)
      .map(({ inputs }) => String(inputs.name))
      .filter((name) => name.includes("-deployment-"));
    expect(deployment.length).toBeGreaterThan(5);
    expect(names.sort()).toEqual([...pages, ...deployment].sort());
  });

  it("calculates from lines that it draws", async () => {
    for (const { type, properties } of parsed(await platform(stack)).widgets) {
      if (type !== "metric" || !("metrics" in properties)) continue;
      const options = properties.metrics.flatMap((parts) => parts.filter((part) => typeof part === "object"));
      const ids = options.flatMap(({ id }) => id ?? []);
      for (const { expression = "" } of options) {
        for (const word of expression.match(/[a-z]\w*/g) ?? []) expect(ids).toContain(word);
      }
    }
  });
});
