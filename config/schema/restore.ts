import { RESTORE_SOURCES, restoreSource } from "../restore";
import { block, flag, help, integer, list } from "./fields";
import { z } from "zod";

const from = z
  .string()
  .refine((value) => restoreSource(value) !== undefined)
  .register(help, { allowed: RESTORE_SOURCES, example: "2026-11-27T10:40:00+09:00" });

const LAST = 99;
/** An ElastiCache snapshot by name, or its export in S3 by ARN. Source: ElastiCache CreateReplicationGroup. */
const redisFrom = z
  .string()
  .regex(/^(arn:aws:s3:::[a-z0-9.-]{3,63}\/[^,*?]{1,900}\.rdb|[A-Za-z]([-.]?[A-Za-z0-9]){0,254})$/)
  .register(help, {
    allowed: "the name of a snapshot, or the S3 ARN of an exported one (….rdb)",
    example: "arn:aws:s3:::affiliate-production-redis-123456789012/sessions-2026-11-27-0001.rdb",
  });

/** Keys of a block whose data comes in generations: docs/recovery.md. */
function generations(source: typeof from, example: string) {
  return {
    /**
     * Data is restored into a new generation, beside the one that is there. The number only ever rises.
     * @default none: generation 0, made empty
     */
    restore: block({
      from: source,
      generation: integer({ min: 1, max: LAST, unit: "the generation, one more than the last", example: 1 }),
    }).optional(),
    /**
     * Earlier generations that stay, each with the `from` it was made with. With `release: true` the protection is
     * lifted; taken out of the list after that, it is deleted, with a final snapshot.
     * @default none
     */
    kept: list(
      block({
        generation: integer({ min: 0, max: LAST, unit: "the generation", example: 0 }),
        from: source.optional(),
        release: flag(true).optional(),
      }),
      { max: 5, of: "generations", example: [{ generation: 0 }, { generation: 1, from: example }] },
    ).optional(),
  };
}

export const databaseGenerations = generations(from, "2026-11-27T10:40:00+09:00");
export const redisGenerations = generations(redisFrom, "automatic.affiliate-production-sessions-2026-11-27-18-00");
