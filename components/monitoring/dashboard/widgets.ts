import type * as pulumi from "@pulumi/pulumi";
import type { Metric } from "../../metrics";

/** A grid of 24 columns. Source: CloudWatch API reference, "Dashboard body structure and syntax". */
export const COLUMNS = 24;

type Text = pulumi.Input<string>;
/** Namespace, name, dimensions by name and value, and how it is drawn. */
export type MetricLine = readonly (Text | LineOptions)[];

export interface LineOptions {
  readonly label?: string;
  readonly stat?: string;
  readonly id?: string;
  readonly expression?: string;
  readonly visible?: boolean;
  readonly yAxis?: "left" | "right";
  readonly color?: string;
  readonly region?: string;
}

interface Axis {
  readonly label?: string;
  readonly min?: number;
  readonly max?: number;
  readonly showUnits?: boolean;
}

interface Annotation {
  readonly label: string;
  readonly value: number;
  readonly color?: string;
}

export type Properties =
  | { readonly markdown: string }
  | {
      readonly title: string;
      readonly region: string;
      readonly view: "timeSeries";
      readonly stacked: boolean;
      readonly stat: string;
      readonly period: number;
      readonly metrics: readonly MetricLine[];
      readonly yAxis?: { readonly left?: Axis; readonly right?: Axis };
      readonly annotations?: { readonly horizontal: readonly Annotation[] };
    }
  | { readonly title: string; readonly region: string; readonly view: "timeSeries"; readonly query: string }
  | { readonly title: string; readonly alarms: readonly Text[] };

export interface Widget {
  readonly type: "text" | "metric" | "log" | "alarm";
  readonly width: number;
  readonly height: number;
  readonly properties: Properties;
}

export interface PlacedWidget extends Widget {
  readonly x: number;
  readonly y: number;
}

/** One line of a graph. */
export function line(metric: Metric, stat: string, options: Omit<LineOptions, "stat" | "region"> = {}): MetricLine {
  const dimensions = Object.keys(metric.dimensions)
    .sort()
    .flatMap((name) => [name, metric.dimensions[name] ?? ""]);
  const region = metric.region === undefined ? {} : { region: metric.region };
  return [metric.namespace, metric.metricName, ...dimensions, { ...options, stat, ...region }];
}

/** A line that is calculated from others by their ids. */
export const calculated = (
  expression: string,
  label: string,
  options: Omit<LineOptions, "expression" | "label"> = {},
) => [{ expression, label, ...options }] as const satisfies MetricLine;

export interface GraphOptions {
  readonly width?: number;
  readonly stacked?: boolean;
  readonly left?: Axis;
  readonly right?: Axis;
  /** What an alarm rings at. */
  readonly limits?: readonly Annotation[];
  /** Seconds of a point. @default 60 */
  readonly period?: number;
}

export function graph(
  title: string,
  region: string,
  metrics: readonly MetricLine[],
  options: GraphOptions = {},
): Widget {
  const { width = 8, stacked = false, left, right, limits = [], period = 60 } = options;
  return {
    type: "metric",
    width,
    height: 6,
    properties: {
      title,
      region,
      view: "timeSeries",
      stacked,
      stat: "Average",
      period,
      metrics,
      yAxis: { left: { min: 0, ...left }, ...(right && { right: { min: 0, ...right } }) },
      ...(limits.length > 0 && { annotations: { horizontal: limits } }),
    },
  };
}

/** Widgets from left to right and row by row, each row as high as its highest. */
export function placed(rows: readonly (readonly Widget[])[]): PlacedWidget[] {
  let y = 0;
  return rows.flatMap((row) => {
    let x = 0;
    const top = y;
    y += Math.max(...row.map(({ height }) => height));
    return row.map((widget) => {
      const left = x;
      x += widget.width;
      return { ...widget, x: left, y: top };
    });
  });
}
