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

/** One row a figure, one column an endpoint with its median, and its ratio to the first endpoint's. */
export function table(
  results: Readonly<Record<string, Readonly<Record<string, Summary>>>>,
): string {
  const endpoints = Object.keys(results);
  const [first] = endpoints;
  const names = [...new Set(endpoints.flatMap((endpoint) => Object.keys(results[endpoint] ?? {})))];
  const rows = names.map((name) => {
    const base = first === undefined ? undefined : results[first]?.[name]?.p50;
    return [
      name,
      ...endpoints.map((endpoint) =>
        cell(results[endpoint]?.[name]?.p50, base, endpoint === first),
      ),
    ];
  });
  return render([["p50 (first ÷ other)", ...endpoints], ...rows]);
}

function cell(value: number | undefined, base: number | undefined, isBase: boolean): string {
  if (value === undefined) return "–";
  const text = value.toFixed(value < 10 ? 2 : 0);
  return isBase || base === undefined || value === 0
    ? text
    : `${text} (${(base / value).toFixed(2)}×)`;
}

function render(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((text, column) =>
          column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
        )
        .join("  "),
    )
    .join("\n");
}
