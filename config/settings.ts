import type { z } from "zod";
import { compute } from "./schema/compute";
import { database, redis } from "./schema/data";
import { datadog } from "./schema/datadog";
import { delivery } from "./schema/delivery";
import { dump } from "./schema/dump";
import { edge } from "./schema/edge";
import { block } from "./schema/fields";
import { monitoring } from "./schema/monitoring";
import { network } from "./schema/network";
import { backup, recovery } from "./schema/recovery";
import { accountId, aws, domain, environment, logs, protect, storage } from "./schema/stack";

/** All that a stack file says: the keys under `affiliate:`, and those under `aws:` that the program depends on. */
export const stackFile = block({
  environment,
  accountId,
  protect,
  domain,
  network,
  logs,
  database,
  redis,
  storage,
  dump,
  compute,
  edge,
  monitoring,
  backup,
  recovery,
  datadog: datadog.optional(),
  delivery: delivery.optional(),
  aws,
});

export type StackFile = z.infer<typeof stackFile>;

/** A stack's settings: complete, checked, plain values. */
export interface Settings extends Omit<StackFile, "aws"> {
  /** From `aws:region`. */
  region: string;
}
