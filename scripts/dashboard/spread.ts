import { quantile } from "./panel.ts";

/** p50, p95 and p99 of a histogram, summed over the nodes chosen. */
export function spread(histogram: string, labels = ""): Readonly<Record<string, string>> {
  return {
    p50: quantile(0.5, histogram, { labels }),
    p95: quantile(0.95, histogram, { labels }),
    p99: quantile(0.99, histogram, { labels }),
  };
}
