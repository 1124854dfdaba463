import type { ApplicationMetric } from "../../compute/agent";
import type { DatadogMetrics } from "../../metrics";
import { series } from "./query";

export const objectiveKeys = ["availability", "latency"] as const;
export type ObjectiveKey = (typeof objectiveKeys)[number];

export interface Objective {
  readonly key: ObjectiveKey;
  readonly title: string;
  readonly description: string;
  /** Good events… */
  readonly numerator: string;
  /** …of these. */
  readonly denominator: string;
}

/** What is promised, over requests as the application counts them itself: what CloudFront answers from its cache is not in it. */
export function objectivesOf(
  application: DatadogMetrics<ApplicationMetric>,
  environment: string,
): readonly Objective[] {
  const [requests, errors, slow] = (["requests", "errors", "slow"] as const).map((key) =>
    series("sum", application[key], { env: environment }),
  );
  return [
    {
      key: "availability",
      title: "可用性 / Availability",
      description: "5xx以外で応答したリクエストの割合 / Share of requests that were not answered 5xx",
      numerator: `${requests} - ${errors}`,
      denominator: `${requests}`,
    },
    {
      key: "latency",
      title: "レイテンシ / Latency",
      description:
        "エラーでないリクエストのうち1秒以内に応答した割合 / Share of the others that were answered within a second",
      numerator: `${requests} - ${errors} - ${slow}`,
      denominator: `${requests} - ${errors}`,
    },
  ];
}
