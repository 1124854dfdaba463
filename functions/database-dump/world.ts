import type { ECRClient } from "@aws-sdk/client-ecr";
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { RDSClient } from "@aws-sdk/client-rds";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Say } from "../shared/say";
import type { Settings } from "./settings";

/** All that one call of the function has to do with. */
export interface World {
  readonly settings: Settings;
  readonly rds: RDSClient;
  readonly ecs: ECSClient;
  readonly ecr: ECRClient;
  readonly s3: S3Client;
  readonly now: () => Date;
  readonly say: Say;
  /** A line of its own in the log, as it stands. */
  readonly write: (line: string) => void;
}
