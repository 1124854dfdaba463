import { z } from "zod";
import { Refusal } from "../shared/errors";

/** What ECS hands over at a stage, as far as the gate reads it, or an operator's `migrate`. */
export type HookEvent =
  | {
      readonly kind: "deployment";
      readonly stage: string;
      /** ARN of the service deployment. */
      readonly deployment: string;
      readonly revision: string;
      readonly details: HookDetails;
    }
  | {
      readonly kind: "byHand";
      readonly stage: "PRE_SCALE_UP";
      readonly id: string;
      readonly image: string;
      readonly version: string;
      readonly details: HookDetails;
    };

/**
 * Comes back with the next call, and shows in DescribeServiceDeployments. The record is what counts; this notices when
 * the record is gone, and counts the minutes while it cannot be read.
 */
export interface HookDetails {
  readonly step?: string | undefined;
  readonly message?: string | undefined;
  readonly troubleSince?: string | undefined;
}

export interface Reply {
  readonly hookStatus: "SUCCEEDED" | "FAILED" | "IN_PROGRESS";
  /** Seconds. */
  readonly callBackDelay?: number;
  readonly hookDetails?: HookDetails;
}

const details = z.object({
  step: z.string().optional(),
  message: z.string().optional(),
  troubleSince: z.iso.datetime().optional(),
});
const deployment = z.object({
  lifecycleStage: z.string(),
  resourceArn: z.string().regex(/:service-deployment\//),
  executionDetails: z.object({ targetServiceRevisionArn: z.string().regex(/:service-revision\//) }),
  hookDetails: z.unknown().optional(),
});
/** Not a deployment's: `operations migrate` calls the function itself, again and again until it is done. */
const byHand = z.object({
  lifecycleStage: z.literal("PRE_SCALE_UP"),
  byHand: z.object({
    id: z.string().regex(/^[A-Za-z0-9-]{8,64}$/),
    image: z.string().min(1),
    version: z.string().min(1),
  }),
  hookDetails: z.unknown().optional(),
});

export function parseEvent(input: unknown): HookEvent {
  const hand = byHand.safeParse(input);
  if (hand.success) {
    const { id, image, version } = hand.data.byHand;
    const of = parseDetails(hand.data.hookDetails);
    return { kind: "byHand", stage: "PRE_SCALE_UP", id: `by-hand-${id}`, image, version, details: of };
  }
  const { data, error } = deployment.safeParse(input);
  if (data === undefined) throw new Refusal(`This is no event of a deployment: ${z.prettifyError(error)}`);
  return {
    kind: "deployment",
    stage: data.lifecycleStage,
    deployment: data.resourceArn,
    revision: data.executionDetails.targetServiceRevisionArn,
    details: parseDetails(data.hookDetails),
  };
}

/** A dictionary, or its text; whatever else stands there tells nothing. */
function parseDetails(value: unknown): HookDetails {
  let plain = value;
  if (typeof value === "string") {
    try {
      plain = JSON.parse(value);
    } catch {
      return {};
    }
  }
  return details.safeParse(plain).data ?? {};
}
