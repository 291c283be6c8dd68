import { AsyncLocalStorage } from "node:async_hooks";
import { hostname } from "node:os";
import {
  type Context,
  type Tracer as OtelSource,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { messageOf } from "../model/error.ts";
import type { Span, SpanFacts, TracedCall } from "../model/ports.ts";
import { ReportedExporter } from "./reported-exporter.ts";
import { readTraceParent } from "./trace-parent.ts";
import type { RunningTracer, TracingOptions, TracingSettings } from "./tracing.ts";

/** Spans that wait for the collector; further ones are dropped. A span of ours takes some two kilobytes. */
const maxWaitingSpans = 2048;
/** Written in one turn of the event loop. */
const maxSpansOfMessage = 128;
const sendEveryMillis = 2_000;
const sendTimeoutMillis = 5_000;
/** What the daemon's end waits for a collector. */
const farewellMillis = 500;

/** Spans by OpenTelemetry's SDK, sent as OTLP over gRPC. Below an RPC they find their parent by the chain of its promises. */
export class OtelTracer implements RunningTracer {
  readonly #exporter: OTLPTraceExporter;
  readonly #provider: TracerProvider;
  readonly #source: OtelSource;
  readonly #current = new AsyncLocalStorage<OtelSpan>();

  constructor({ settings, version, log }: TracingOptions) {
    this.#exporter = new OTLPTraceExporter({
      url: `http://${settings.endpoint}`,
      timeoutMillis: sendTimeoutMillis,
    });
    const batches = new BatchSpanProcessor({
      exporter: new ReportedExporter(this.#exporter, log),
      maxQueueSize: maxWaitingSpans,
      maxExportBatchSize: maxSpansOfMessage,
      scheduledDelayMillis: sendEveryMillis,
      exportTimeoutMillis: sendTimeoutMillis,
    });
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({
        "service.name": "cri-ferry",
        "service.version": version,
        "host.name": hostname(),
      }),
      sampler: samplerOf(settings),
      spanProcessors: [batches],
    });
    this.#source = this.#provider.getTracer("cri-ferry", version);
  }

  async serve<T>(call: TracedCall, work: (span: Span) => Promise<T>): Promise<T> {
    const options = { kind: SpanKind.SERVER, attributes: call.facts };
    const span = this.#source.startSpan(call.name, options, contextOf(call.traceParent));
    if (!span.isRecording()) return await work(unrecorded);
    return await this.#current.run(span, async () => {
      try {
        return await work(new RecordedSpan(span));
      } finally {
        span.end();
      }
    });
  }

  async part<T>(name: string, facts: SpanFacts, work: () => Promise<T>): Promise<T> {
    const parent = this.#current.getStore();
    // What an RPC has set going, and goes on after its end, is no part of it any more.
    if (parent?.isRecording() !== true) return await work();
    const options = { kind: SpanKind.CLIENT, attributes: facts };
    const span = this.#source.startSpan(name, options, trace.setSpan(ROOT_CONTEXT, parent));
    return await this.#current.run(span, async () => {
      try {
        return await work();
      } catch (thrown) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(thrown) });
        throw thrown;
      } finally {
        span.end();
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, farewellMillis);
    // What cannot be sent is reported by the exporter.
    const sent = this.#provider.shutdown().catch(() => undefined);
    await Promise.race([sent, late]);
    clearTimeout(timer);
    // Its connection would keep the process.
    await this.#exporter.shutdown();
  }
}

class RecordedSpan implements Span {
  readonly #span: OtelSpan;

  constructor(span: OtelSpan) {
    this.#span = span;
  }

  add(facts: SpanFacts): void {
    this.#span.setAttributes(facts);
  }

  fail(words: string): void {
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message: words });
  }
}

const unrecorded: Span = { add: () => undefined, fail: () => undefined };

/** As kubelets sample: a caller's own decision holds; without one a share of the calls, none by default. */
function samplerOf({ samplingRatePerMillion }: TracingSettings): Sampler {
  const root =
    samplingRatePerMillion === 0
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(samplingRatePerMillion / 1_000_000);
  return new ParentBasedSampler({ root });
}

function contextOf(traceParent: string | undefined): Context {
  const parent = traceParent === undefined ? undefined : readTraceParent(traceParent);
  if (parent === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, isSampled } = parent;
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
