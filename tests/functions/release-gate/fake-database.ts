/** Laravel's table of migrations, and what its commands do to it. */
export class FakeDatabase {
  readonly applied = new Map<string, number>();
  /** Migrations in each image, in order, by image. */
  readonly images = new Map<string, readonly string[]>();

  pending(image: string): string[] {
    return (this.images.get(image) ?? []).filter((name) => !this.applied.has(name));
  }

  get highestBatch(): number {
    return Math.max(0, ...this.applied.values());
  }

  /** What the gate's question prints. */
  answer(image: string, above = Infinity): string[] {
    const applied = [...this.applied].filter(([, batch]) => batch > above);
    const pending = this.pending(image);
    const said = [
      ...pending.map((name) => ({
        pending: name,
        declared: false,
        found: name.includes("drop") ? ["dropColumn"] : [],
      })),
      ...applied.map(([name, batch]) => ({ applied: name, batch })),
      { pendingCount: pending.length, appliedCount: applied.length, highestBatch: this.highestBatch },
    ];
    return [
      "  INFO  Configuration cached successfully.",
      ...said.map((releaseGate) => JSON.stringify({ releaseGate })),
    ];
  }

  /** One batch; `steps` is how many succeed before one fails. */
  migrate(image: string, steps: number): { exitCode: number; lines: string[] } {
    const batch = this.highestBatch + 1;
    const pending = this.pending(image);
    const done = pending.slice(0, steps);
    for (const name of done) this.applied.set(name, batch);
    const lines = done.map((name) => `${name} DONE`);
    const failed = pending[steps];
    if (failed === undefined) return { exitCode: 0, lines };
    return { exitCode: 1, lines: [...lines, `${failed} FAIL`, "SQLSTATE[42S21]: Column already exists"] };
  }

  rollback(batch: number): { exitCode: number; lines: string[] } {
    const names = [...this.applied].filter(([, of]) => of === batch).map(([name]) => name);
    for (const name of names) this.applied.delete(name);
    return { exitCode: 0, lines: names.map((name) => `${name} DONE`) };
  }
}
