/**
 * What php-fpm's container has its memory for, MiB. The shared part is what `application/docker/php` and the task's
 * memory mounts say; a child's is the budget of a Laravel request, and to be held against the application's own:
 * `php-fpm status` and Container Insights' MemoryUtilized tell what it is.
 */
export const fpmMemoryMiB = {
  /** `opcache.memory_consumption`, shared by all children. */
  opcache: 128,
  /** The master, and init. */
  master: 32,
  /** Files in memory when all mounts are full: /tmp, /run, storage/framework, bootstrap/cache. */
  files: 128 + 8 + 64 + 16,
  /** Of a child alone. `memory_limit` lets one take twice as much: not all do so at once. */
  child: 64,
} as const;

/** Children of php-fpm (`pm.max_children`) that a container of `memoryMiB` holds without being killed. */
export function fpmChildren(memoryMiB: number): number {
  const { opcache, master, files, child } = fpmMemoryMiB;
  const children = Math.floor((memoryMiB - opcache - master - files) / child);
  if (children >= 1) return children;
  throw new RangeError(
    `php-fpm's container has ${memoryMiB} MiB, and needs ${opcache + master + files + child} for one child. ` +
      "Give affiliate:compute.web.memoryMiB more, such as 2048.",
  );
}
