/** Where a caller's span is, in the words of W3C Trace Context. */
export interface TraceParent {
  /** 32 hex digits, not all of them 0. */
  readonly traceId: string;
  /** 16 hex digits, not all of them 0. */
  readonly spanId: string;
  /** Whether the caller records the trace. */
  readonly isSampled: boolean;
}

/** Reads a `traceparent` header; undefined when it is none, which begins a new trace as the recommendation asks. */
export function readTraceParent(text: string): TraceParent | undefined {
  const match = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(text);
  const [, version, traceId = "", spanId = "", flags = "", more] = match ?? [];
  // A later version may append fields; this one may not, and ff is forbidden.
  if (version === undefined || version === "ff") return undefined;
  if (version === "00" && more !== undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
