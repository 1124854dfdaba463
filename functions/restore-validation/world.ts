import type { BackupClient } from "@aws-sdk/client-backup";
import type { RDSClient } from "@aws-sdk/client-rds";
import type { Say } from "../shared/say";
import type { Contents } from "./contents";
import type { Settings } from "./settings";

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

/** All that one call of the function has to do with. */
export interface World {
  readonly settings: Settings;
  readonly backup: BackupClient;
  readonly rds: RDSClient;
  /** Reads what the restored database holds, with as many seconds as there are. */
  readonly read: (address: Address, seconds: number) => Promise<Contents>;
  readonly now: () => Date;
  /** Until Lambda ends the call. */
  readonly secondsLeft: () => number;
  readonly say: Say;
  /** A line of its own in the log, as it stands. */
  readonly write: (line: string) => void;
}
