import type { Settings } from "../../config";
import type { Metric } from "../metrics";
import type { AlarmRule } from "./alarm";
import { alarmPathRules, type PagerErrors } from "./alarms/alarm-path";
import { backupFunctionRules, type BackupFunctionRulesArgs } from "./alarms/backup-functions";
import { backgroundRules, type BackgroundRulesArgs } from "./alarms/background";
import { backupRules, type BackupRulesArgs, replicationRules } from "./alarms/backups";
import { type DatabaseRulesArgs, databaseRules } from "./alarms/database";
import { edgeRules, type EdgeRulesArgs } from "./alarms/edge";
import { networkRules, type NetworkRulesArgs } from "./alarms/network";
import { redisRules, type RedisRulesArgs } from "./alarms/redis";
import { serviceRules, type ServiceRulesArgs } from "./alarms/services";
import { visitorRules, type VisitorRulesArgs } from "./alarms/visitors";

/** What is watched, as the components expose it: their metrics, and never a resource of theirs. */
export interface Watched
  extends
    VisitorRulesArgs,
    Pick<ServiceRulesArgs, "web" | "worker" | "scheduler" | "databaseAgent" | "gate">,
    Pick<BackgroundRulesArgs, "queues">,
    BackupFunctionRulesArgs,
    Pick<EdgeRulesArgs, "distribution" | "webAcl"> {
  readonly tasks: ServiceRulesArgs["logs"];
  readonly database: Pick<DatabaseRulesArgs, "metrics">;
  /** One metrics entry a node. */
  readonly sessions: { readonly metrics: RedisRulesArgs["nodes"] };
  readonly cache: { readonly metrics: RedisRulesArgs["nodes"] };
  /** @default none: a stack that saves nothing */
  readonly backups?: BackupRulesArgs;
  readonly buckets: {
    readonly metrics: NetworkRulesArgs["buckets"];
    /** Undefined where uploads are not copied. */
    readonly replicationMetrics: Parameters<typeof replicationRules>[0] | undefined;
  };
  readonly certificates: { readonly metrics: NetworkRulesArgs["certificates"] };
  readonly network: { readonly natGatewayMetrics: NetworkRulesArgs["natGateways"] };
}

/** What monitoring itself adds to what can be watched. */
export interface OwnMetrics {
  readonly reachable: Metric;
  readonly unreachableAfterSeconds: number;
  /** Undefined where nobody is paged. */
  readonly pagerErrors: PagerErrors | undefined;
}

/** Sizes that thresholds follow from. */
export type AlarmSizes = Pick<Settings, "database" | "compute">;

/** Every alarm of a stack. */
export function alarmRules(watched: Watched, sizes: AlarmSizes, own: OwnMetrics): readonly AlarmRule[] {
  const { web, worker } = sizes.compute;
  return [
    ...visitorRules(watched),
    ...serviceRules({ ...watched, sizes: { web, worker }, logs: watched.tasks }),
    ...databaseRules({
      metrics: watched.database.metrics,
      instanceClasses: sizes.database.instances.map((instance) => instance.class),
    }),
    ...redisRules({ purpose: "sessions", nodes: watched.sessions.metrics }),
    ...redisRules({ purpose: "cache", nodes: watched.cache.metrics }),
    ...backgroundRules({
      queues: watched.queues,
      names: worker.queues,
      maxWorkers: worker.maxTasks,
      backlogPerTask: worker.backlogPerTask,
    }),
    ...networkRules({
      natGateways: watched.network.natGatewayMetrics,
      certificates: watched.certificates.metrics,
      buckets: watched.buckets.metrics,
    }),
    ...(watched.backups === undefined ? [] : backupRules(watched.backups)),
    ...backupFunctionRules(watched),
    ...(watched.buckets.replicationMetrics === undefined ? [] : replicationRules(watched.buckets.replicationMetrics)),
    ...edgeRules({ ...watched, ...own }),
    ...(own.pagerErrors === undefined ? [] : alarmPathRules(own.pagerErrors)),
  ];
}
