import { cpuUnits, memoryMiB } from "./compute";
import { block, text } from "./fields";

/** The logical dump of each day, docs/backup.md. */
export const dump = block({
  /** Class of the clone's one instance, paid while a dump runs. */
  instanceClass: text(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, "an instance class of Aurora MySQL", "db.r6g.large"),
  /** Of the task; the dump works with as many connections as there are processors, at least two. */
  cpuUnits: cpuUnits(2048),
  /** Of the task: per connection some 40 MiB, and the longest row three times. */
  memoryMiB: memoryMiB(4096),
});
