import type { SpanExporter } from "@opentelemetry/sdk-trace";
import type { Log } from "../model/ports.ts";

type Spans = Parameters<SpanExporter["export"]>[0];
type Done = Parameters<SpanExporter["export"]>[1];

/** Sends spans as another exporter does. The first failure is a warning, those that follow until it goes well again are not worth one. */
export class ReportedExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #log: Log;
  #isFailing = false;

  constructor(exporter: SpanExporter, log: Log) {
    this.#exporter = exporter;
    this.#log = log;
  }

  export(spans: Spans, done: Done): void {
    this.#exporter.export(spans, (result) => {
      this.#report(spans.length, result);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  #report(count: number, { code, error }: Parameters<Done>[0]): void {
    const hasFailed = code !== 0;
    const fields = { spans: count, err: error?.message };
    if (hasFailed && this.#isFailing) this.#log.debug("spans not sent", fields);
    else if (hasFailed)
      this.#log.warn("spans not sent; their collector does not take them", fields);
    else if (this.#isFailing) this.#log.info("spans are sent again");
    this.#isFailing = hasFailed;
  }
}
