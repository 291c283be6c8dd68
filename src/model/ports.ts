/** What the rooms need of the outside, handed in by constructors; host/, metrics/ and pino implement them. */

/** Wall-clock time and waiting. */
export interface Clock {
  /** Nanoseconds since 1970, as CRI timestamps are. */
  nowNanos(): bigint;
  /** Milliseconds of a clock that never jumps; only differences mean something. */
  monotonicMillis(): number;
  /** Resolves after that many milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(millis: number, signal?: AbortSignal): Promise<void>;
}

/** Fields of a log line: ids, counts, durations. Never a secret, never an environment value. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | bigint | undefined | readonly string[]>
>;

/** Structured logging: the message is a constant text, everything that varies is a field. `error` fields are passed as `err`. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Returns a log whose every line also has these fields. */
  child(fields: LogFields): Log;
}

/** A metric's name tells its kind and unit, so that the compiler holds callers to both. */
export type CounterName = `cri_ferry_${string}_total`;
export type HistogramName = `cri_ferry_${string}_seconds`;
export type GaugeName = `cri_ferry_${string}`;

/** Counts and times by metric name; every name stands in `metrics/definitions.ts`. */
export interface Meter {
  /** Adds to a counter; adding 0 makes its series visible. */
  count(metric: CounterName, labels?: Readonly<Record<string, string>>, by?: number): void;
  /** Observes a histogram's value, in the metric's unit. */
  observe(metric: HistogramName, value: number, labels?: Readonly<Record<string, string>>): void;
  /** Sets a gauge. */
  gauge(metric: GaugeName, value: number, labels?: Readonly<Record<string, string>>): void;
}

/** What a span tells of its work: ids, counts, names. Never a secret. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/** A span while its work is done. */
export interface Span {
  /** Tells more. */
  add(facts: SpanFacts): void;
  /** Says that the work has failed, and how; the words are shown to whoever looks at traces. */
  fail(words: string): void;
}

/** What somebody's call is traced as. */
export interface TracedCall {
  readonly name: string;
  /** The caller's own span as W3C Trace Context writes it (`00-…-…-01`); undefined when it sent none. */
  readonly traceParent: string | undefined;
  readonly facts: SpanFacts;
}

/** Spans of the work that is done for somebody; where tracing is off there is no tracer. */
export interface Tracer {
  /** Answers a call in a span that continues the caller's trace. What the work throws passes. */
  serve<T>(call: TracedCall, work: (span: Span) => Promise<T>): Promise<T>;
  /** Does a part of what `serve` does, in a span below its; work that is done for nobody is just done. What it throws fails the span, and passes. */
  part<T>(name: string, facts: SpanFacts, work: () => Promise<T>): Promise<T>;
}
