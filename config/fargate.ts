/** CPU units → MiB that Fargate pairs with them: from, to, step. Source: ECS developer guide, "Task CPU and memory". */
const memoryByCpu: Readonly<Record<number, { readonly from: number; readonly to: number; readonly step: number }>> = {
  // 512, 1024 and 2048: the one list without an even step.
  256: { from: 512, to: 2048, step: 512 },
  512: { from: 1024, to: 4096, step: 1024 },
  1024: { from: 2048, to: 8192, step: 1024 },
  2048: { from: 4096, to: 16_384, step: 1024 },
  4096: { from: 8192, to: 30_720, step: 1024 },
  8192: { from: 16_384, to: 61_440, step: 4096 },
  16_384: { from: 32_768, to: 122_880, step: 8192 },
};

export const cpuSizes: readonly number[] = Object.keys(memoryByCpu).map(Number);

/** MiB that go with the CPU units; none when Fargate has no such size. */
export function memorySizes(cpuUnits: number): number[] {
  const range = memoryByCpu[cpuUnits];
  if (!range) return [];
  const count = (range.to - range.from) / range.step + 1;
  const sizes = Array.from({ length: count }, (_, index) => range.from + index * range.step);
  return cpuUnits === 256 ? sizes.filter((size) => size !== 1536) : sizes;
}
