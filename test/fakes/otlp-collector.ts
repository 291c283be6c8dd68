import { join } from "node:path";
import { Server, ServerCredentials, type UntypedHandleCall } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { eventually } from "../harness/eventually.ts";

/** A span as the collector got it; ids in hex. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  /** 2: server, 3: client. */
  readonly kind: number;
  readonly startNanos: bigint;
  readonly endNanos: bigint;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** 0: unset, 2: error. */
  readonly status: { readonly code: number; readonly message: string };
  readonly resource: Readonly<Record<string, string | number | boolean>>;
}

interface WireValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number;
}

interface WireFacts {
  readonly attributes: readonly { readonly key: string; readonly value: WireValue }[];
}

interface WireSpan extends WireFacts {
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId: Buffer;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: ReceivedSpan["status"] | null;
}

interface WireExport {
  readonly resourceSpans: readonly {
    readonly resource: WireFacts;
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

/** A collector of traces that takes OTLP by gRPC on loopback and keeps what it got; a hanging one never answers. */
export class OtlpCollector implements AsyncDisposable {
  readonly spans: ReceivedSpan[] = [];
  /** How many messages came. */
  messages = 0;
  readonly #server = new Server();
  readonly #hangs: boolean;
  #port = 0;

  private constructor(hangs: boolean) {
    this.#hangs = hangs;
  }

  static async start({ hangs = false } = {}): Promise<OtlpCollector> {
    const collector = new OtlpCollector(hangs);
    await collector.#listen();
    return collector;
  }

  get endpoint(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Waits for a span. */
  async find(what: (span: ReceivedSpan) => boolean, name: string): Promise<ReceivedSpan> {
    return await eventually(`span ${name}`, () => this.spans.find(what));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown();
  }

  async #listen(): Promise<void> {
    const protocol = loadSync(join(import.meta.dirname, "otlp-trace.proto"), {
      longs: String,
      defaults: true,
      oneofs: true,
    });
    const service = protocol["opentelemetry.proto.collector.trace.v1.TraceService"];
    if (service === undefined || "format" in service) throw new Error("no TraceService");
    const take: UntypedHandleCall = (call: { readonly request: WireExport }, answer: Answer) => {
      this.messages += 1;
      this.spans.push(...spansOf(call.request));
      if (!this.#hangs) answer(null, {});
    };
    this.#server.addService(service, { Export: take });
    this.#port = await new Promise<number>((resolve, reject) => {
      const credentials = ServerCredentials.createInsecure();
      this.#server.bindAsync("127.0.0.1:0", credentials, (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
  }
}

type Answer = (error: null, message: object) => void;

function spansOf({ resourceSpans }: WireExport): readonly ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        traceId: span.traceId.toString("hex"),
        spanId: span.spanId.toString("hex"),
        parentSpanId: span.parentSpanId.toString("hex"),
        name: span.name,
        kind: span.kind,
        startNanos: BigInt(span.startTimeUnixNano),
        endNanos: BigInt(span.endTimeUnixNano),
        facts: factsOf(span),
        status: span.status ?? { code: 0, message: "" },
        resource: factsOf(resource),
      })),
    ),
  );
}

function factsOf({ attributes }: WireFacts): ReceivedSpan["facts"] {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? value.doubleValue ?? Number(value.intValue),
    ]),
  );
}
