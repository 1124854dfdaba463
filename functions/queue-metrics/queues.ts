/** The commands that the metrics user may send (components/data/redis-access.ts): lengths, and a look at the oldest job. */
export interface QueueReader {
  lLen(key: string): Promise<number>;
  lIndex(key: string, index: number): Promise<string | null>;
  zCard(key: string): Promise<number>;
  zCount(key: string, min: number | string, max: number | string): Promise<number>;
}

/** What Redis holds of one queue of Laravel's, in jobs. */
export interface QueueState {
  readonly queue: string;
  /** Jobs that a worker could take now: what scaling follows. */
  readonly waiting: number;
  /** Jobs put off to a later time. */
  readonly delayed: number;
  /** Jobs in the hands of workers. */
  readonly reserved: number;
  /** Seconds since the oldest waiting job was put there; undefined when its payload does not say. */
  readonly oldestAge: number | undefined;
}

/**
 * Laravel keeps a queue in a list, jobs with a delay and jobs in work in two sorted sets beside it, scored by the
 * second at which they are due. A due one counts as waiting: the next worker that looks moves it into the list.
 */
export async function readQueue(redis: QueueReader, prefix: string, queue: string, now: Date): Promise<QueueState> {
  const key = `${prefix}queues:${queue}`;
  const second = Math.floor(now.getTime() / 1000);
  const [listed, allDelayed, dueDelayed, allReserved, expired, oldest] = await Promise.all([
    redis.lLen(key),
    redis.zCard(`${key}:delayed`),
    redis.zCount(`${key}:delayed`, "-inf", second),
    redis.zCard(`${key}:reserved`),
    redis.zCount(`${key}:reserved`, "-inf", second),
    redis.lIndex(key, 0),
  ]);
  return {
    queue,
    waiting: listed + dueDelayed + expired,
    delayed: allDelayed - dueDelayed,
    reserved: allReserved - expired,
    oldestAge: oldest === null ? 0 : ageOf(oldest, now),
  };
}

/** Laravel writes `createdAt` (seconds) into a payload since version 11; Horizon writes `pushedAt` (with a fraction). */
function ageOf(payload: string, now: Date): number | undefined {
  let job: unknown;
  try {
    job = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (job === null || typeof job !== "object") return undefined;
  const { createdAt, pushedAt } = job as { createdAt?: unknown; pushedAt?: unknown };
  const since = Number(createdAt ?? pushedAt);
  return Number.isFinite(since) ? Math.max(0, Math.floor(now.getTime() / 1000 - since)) : undefined;
}
