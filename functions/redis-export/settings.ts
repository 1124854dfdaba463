import { z } from "zod";
import { readEnvironment } from "../shared/environment";

export interface Settings {
  readonly environment: string;
  /** Replication groups by what they hold: `sessions`, `cache`. */
  readonly groups: Readonly<Record<string, string>>;
  /** All snapshots of this function are called so, with the purpose and the time behind it. */
  readonly snapshotPrefix: string;
  /** Key of the snapshots. */
  readonly keyArn: string;
  /** Where they are exported to. */
  readonly bucket: string;
  /** Tokyo time. */
  readonly startAt: string;
}

const text = z.string().min(1);
const shape = z.object({
  ENVIRONMENT: text,
  GROUPS: text,
  SNAPSHOT_PREFIX: text,
  KEY_ARN: text,
  BUCKET: text,
  START_AT: z.string().regex(/^\d\d:\d\d$/),
});

/** All faults of the environment at once. `GROUPS` is a JSON object. */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): Settings {
  const data = readEnvironment(shape, env);
  return {
    environment: data.ENVIRONMENT,
    groups: z.record(z.string().regex(/^[a-z]+$/), text).parse(JSON.parse(data.GROUPS)),
    snapshotPrefix: data.SNAPSHOT_PREFIX,
    keyArn: data.KEY_ARN,
    bucket: data.BUCKET,
    startAt: data.START_AT,
  };
}
