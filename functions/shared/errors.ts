/** Something that will not change by asking again: the gate's own judgement, not AWS's. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

const THROTTLING = /Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded|LimitExceededException/;

/** An answer of AWS that the caller is at fault. Silence, 5xx and throttling are not: they pass. */
export function isPermanent(error: unknown): boolean {
  if (error instanceof Refusal) return true;
  if (!(error instanceof Error)) return false;
  const { $fault, $retryable, $metadata } = error as Error & {
    $fault?: unknown;
    $retryable?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  if ($fault !== "client" || $retryable !== undefined || THROTTLING.test(error.name)) return false;
  const status = $metadata?.httpStatusCode ?? 400;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
