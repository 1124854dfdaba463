import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { RDSClient } from "@aws-sdk/client-rds";
import type { Records } from "./records";
import type { Settings } from "./settings";
import type { Ask } from "./smoke";

/** All that one call of the function has to do with. */
export interface World {
  readonly settings: Settings;
  readonly ecs: ECSClient;
  readonly rds: RDSClient;
  readonly logs: CloudWatchLogsClient;
  readonly records: Records;
  readonly ask: Ask;
  readonly now: () => Date;
  readonly pause: (seconds: number) => Promise<void>;
  /** Until Lambda ends the call. */
  readonly secondsLeft: () => number;
  readonly say: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
}
