import { z } from "zod";
import { readEnvironment } from "../shared/environment";

export interface Settings {
  readonly environment: string;
  readonly restoreTestingPlanArn: string;
  readonly restoreTestingPlanName: string;
  /** Instances of this function are called so, with a hyphen and the beginning of the job's id behind it. */
  readonly instancePrefix: string;
  readonly instanceClass: string;
  readonly certificateAuthority: string;
  readonly database: string;
  readonly port: number;
  /** Of the user that may read all of it. */
  readonly secretArn: string;
  /**
   * Hours before the recovery point in which a row must have been written, or the backup is not of the database that
   * people work with. Undefined where nobody does.
   */
  readonly newestWithinHours: number | undefined;
}

const text = z.string().min(1);
const shape = z.object({
  ENVIRONMENT: text,
  RESTORE_TESTING_PLAN_ARN: text,
  RESTORE_TESTING_PLAN_NAME: text,
  INSTANCE_PREFIX: text.max(54),
  INSTANCE_CLASS: text,
  CERTIFICATE_AUTHORITY: text,
  DATABASE_NAME: text,
  DATABASE_PORT: z.coerce.number().int(),
  SECRET_ARN: text,
  NEWEST_WITHIN_HOURS: z.coerce.number().positive().optional(),
});

/** All faults of the environment at once. */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): Settings {
  const data = readEnvironment(shape, env);
  return {
    environment: data.ENVIRONMENT,
    restoreTestingPlanArn: data.RESTORE_TESTING_PLAN_ARN,
    restoreTestingPlanName: data.RESTORE_TESTING_PLAN_NAME,
    instancePrefix: data.INSTANCE_PREFIX,
    instanceClass: data.INSTANCE_CLASS,
    certificateAuthority: data.CERTIFICATE_AUTHORITY,
    database: data.DATABASE_NAME,
    port: data.DATABASE_PORT,
    secretArn: data.SECRET_ARN,
    newestWithinHours: data.NEWEST_WITHIN_HOURS,
  };
}
