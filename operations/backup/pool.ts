/** Works through the items, some at a time; the first failure ends it when those under way are done. */
export async function pool<Item>(
  items: readonly Item[],
  width: number,
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  let failed = false;
  const workers = Array.from({ length: Math.min(width, items.length) }, async () => {
    for (const item of left) {
      if (failed) return;
      signal.throwIfAborted();
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  });
  const [fault] = (await Promise.allSettled(workers)).filter((result) => result.status === "rejected");
  if (fault !== undefined) throw fault.reason;
}
