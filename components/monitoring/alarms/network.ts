import { sumOf } from "../../compute/metric-math";
import type { BucketMetric } from "../../data/buckets";
import type { Metrics } from "../../metrics";
import { above, type AlarmRule, below, days, fiveMinutes, minutes } from "../alarm";

export interface NetworkRulesArgs {
  /** One entry a gateway. */
  readonly natGateways: readonly Metrics<"portAllocationErrors" | "packetsDropped">[];
  readonly certificates: Metrics<"regionalDaysToExpiry" | "globalDaysToExpiry">;
  readonly buckets: Readonly<Record<"assets" | "uploads" | "backups", Metrics<BucketMetric>>>;
}

const page = "network";
/** How much of a bucket may go in a day, in percent: a release renews the assets, nothing deletes uploads in bulk. */
const mayVanish = { assets: 50, uploads: 10, backups: 30 } as const;

/** In five minutes: of fewer a share is chance. */
const LEAST_REQUESTS = 20;
/**
 * Share of requests that S3 may refuse, in percent. CloudFront asks for assets that are gone (old pages, scanners), Laravel
 * asks whether an upload is there; a dump is refused nothing.
 */
const mayRefuse = { assets: 25, uploads: 25, backups: 5 } as const;

/** The ways out, the certificates, and the buckets: what is looked at once a day is here, too. */
export function networkRules({ natGateways, certificates, buckets }: NetworkRulesArgs): AlarmRule[] {
  const overGateways = (key: "portAllocationErrors" | "packetsDropped") => {
    const entries = natGateways.map(
      (metrics, index) => [`gateway${index + 1}`, { metric: metrics[key], stat: "Sum" }] as const,
    );
    return {
      label: key,
      expression: sumOf(...entries.map(([id]) => id)),
      metrics: Object.fromEntries(entries),
    };
  };
  return [
    {
      key: "nat-ports",
      severity: "warning",
      page,
      en: "A NAT gateway has no port left for a destination: connections to a partner's API fail",
      ja: "NATゲートウェイのポートが枯渇しています。外部APIへの接続が失敗します",
      signal: overGateways("portAllocationErrors"),
      test: above(0, "Count"),
      ...minutes(3, 5),
      missing: "notBreaching",
    },
    {
      key: "nat-drops",
      severity: "warning",
      page,
      en: "NAT gateways drop over 100 packets a minute",
      ja: "NATゲートウェイのパケットドロップが毎分100件を超えています",
      signal: overGateways("packetsDropped"),
      test: above(100, "Count"),
      ...minutes(5),
      missing: "notBreaching",
    },
    ...(["regional", "global"] as const).map((which): AlarmRule => ({
      key: `certificate-${which}`,
      severity: "warning",
      page,
      en: `The ${which === "global" ? "CloudFront" : "load balancer"} certificate ends in less than 45 days: ACM could not renew it at 60`,
      ja: `${which === "global" ? "CloudFront" : "ロードバランサー"}の証明書の残り日数が45日を切りました。60日前の自動更新に失敗しています`,
      signal: { metric: certificates[`${which}DaysToExpiry`], stat: "Minimum" },
      test: below(45, "None"),
      ...days(1),
      missing: "ignore",
    })),
    ...(["assets", "uploads", "backups"] as const).map((bucket): AlarmRule => ({
      key: `bucket-${bucket}-shrank`,
      severity: "warning",
      page,
      en: `The ${bucket} bucket lost over ${mayVanish[bucket]} % of its objects in a day`,
      ja: `${bucket}バケットのオブジェクトが1日で${mayVanish[bucket]}%以上減少しました`,
      signal: {
        label: "Change of the number of objects since the day before, percent",
        expression: "100 * DIFF(objects) / (objects - DIFF(objects))",
        metrics: { objects: { metric: buckets[bucket].objects, stat: "Average" } },
      },
      test: below(-mayVanish[bucket], "Percent"),
      // S3 counts once a day, and the day before yesterday's number may be the newest.
      ...days(1, 2),
      missing: "ignore",
    })),
    ...(["assets", "uploads", "backups"] as const).map((bucket): AlarmRule => ({
      key: `bucket-${bucket}-refuses`,
      severity: "warning",
      page,
      en: `The ${bucket} bucket refuses over ${mayRefuse[bucket]} % of requests (4xx): a policy, a key, or files that are gone`,
      ja: `${bucket}バケットの4xxエラー率が${mayRefuse[bucket]}%を超えています(ポリシー・鍵・ファイル欠落)`,
      signal: {
        label: "Requests answered 4xx, percent",
        expression: `IF(requests >= ${LEAST_REQUESTS}, 100 * errors / requests, 0)`,
        metrics: {
          errors: { metric: buckets[bucket].clientErrors, stat: "Sum" },
          requests: { metric: buckets[bucket].requests, stat: "Sum" },
        },
      },
      test: above(mayRefuse[bucket], "Percent"),
      ...fiveMinutes(2, 3),
      missing: "notBreaching",
    })),
  ];
}
