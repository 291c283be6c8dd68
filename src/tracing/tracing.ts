import type { Log, Tracer } from "../model/ports.ts";

export interface TracingSettings {
  /** `HOST:PORT` of a collector that takes OTLP over gRPC, without TLS. */
  readonly endpoint: string;
  /** Of a million calls that are in no trace yet, how many begin one; those in a trace do as their caller does. */
  readonly samplingRatePerMillion: number;
}

/** What tracing needs of the process. */
export interface TracingOptions {
  readonly settings: TracingSettings;
  /** Our own version. */
  readonly version: string;
  readonly log: Log;
}

/** A tracer that sends what it recorded; disposing sends the rest, but does not wait long for a collector that is not there. */
export interface RunningTracer extends Tracer, AsyncDisposable {}

/** Begins to trace. The packages of OpenTelemetry are loaded here and not before: who does not trace does not pay for them. */
export async function startTracing(options: TracingOptions): Promise<RunningTracer> {
  const { OtelTracer } = await import("./otel-tracer.ts");
  return new OtelTracer(options);
}
