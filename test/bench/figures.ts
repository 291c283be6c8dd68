/** Figures of one endpoint: a name → its samples, in the unit that the name ends with. */
export class Figures {
  readonly #samples = new Map<string, number[]>();

  add(name: string, sample: number): void {
    const known = this.#samples.get(name) ?? [];
    known.push(sample);
    this.#samples.set(name, known);
  }

  /** Runs the work and adds its milliseconds. */
  async time<T>(name: string, work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    const result = await work();
    this.add(name, performance.now() - begun);
    return result;
  }

  /** Name → percentiles, in the order of the first sample. */
  summary(): Readonly<Record<string, Summary>> {
    return Object.fromEntries(
      [...this.#samples].map(([name, samples]) => [name, summarize(samples)]),
    );
  }
}

export interface Summary {
  readonly count: number;
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Takes at least one sample. */
export function summarize(samples: readonly number[]): Summary {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return {
    count: sorted.length,
    min: at(0),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
}
