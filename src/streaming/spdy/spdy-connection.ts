import type { Duplex } from "node:stream";
import { CriError, messageOf } from "../../model/error.ts";
import { ReadGate } from "../read-gate.ts";
import { lengthOf } from "../socket-writer.ts";
import { type ControlFrame, type HeadersFrame, resetStatus } from "./frame.ts";
import { FrameDecoder } from "./frame-decoder.ts";
import { FrameWriter } from "./frame-writer.ts";
import type { SpdyHeaders } from "./header-block.ts";

import { SpdyStream } from "./spdy-stream.ts";

/** Open streams at once; a port-forward needs two for each of its connections. */
const maxStreams = 512;
/** Answers that a peer may cause without reading any. */
const maxUnreadAnswers = 256;
/** The peer gets so long to take the last bytes, and then so long to close its end: a reset could overtake those bytes. */
const flushMillis = 300_000;
const lingerMillis = 5_000;

export interface SpdyConnectionOptions {
  /** A socket after its upgrade, from which nothing was read; or what tunnels one. */
  readonly socket: Duplex;
  /** Servers open no streams, clients accept none. */
  readonly role: "server" | "client";
  /** Whether the peer may open a stream with these headers. */
  readonly accepts?: (headers: SpdyHeaders) => boolean;
  /** The peer has opened a stream, and was answered. */
  readonly onStream?: (stream: SpdyStream) => void;
  /** Something came from the peer (`in`) or went to it, with so many bytes of data. */
  readonly onTraffic?: (direction: "in" | "out", bytes: number) => void;
  /** Called once, when the socket is closed and every stream with it; without a reason after `end`. */
  readonly onClose: (reason: CriError | undefined) => void;
}

/** One end of a SPDY/3.1 connection. It knows no windows, as Kubernetes' peers have none: who is slow is not read. */
export class SpdyConnection {
  readonly #options: SpdyConnectionOptions;
  readonly #socket: Duplex;
  readonly #decoder: FrameDecoder;
  readonly #writer: FrameWriter;
  readonly #gate: ReadGate;
  readonly #streams = new Map<number, SpdyStream>();
  /** Streams that the peer has not answered yet. */
  readonly #opening = new Map<number, PromiseWithResolvers<SpdyStream>>();
  #nextId = 1;
  #lastPeerId = 0;
  #inBytes = 0;
  #state: "open" | "ending" | "closed" = "open";
  #reason: CriError | undefined;
  #deadline: NodeJS.Timeout | undefined;

  constructor(options: SpdyConnectionOptions) {
    const { socket } = options;
    this.#options = options;
    this.#socket = socket;
    this.#writer = new FrameWriter(socket);
    this.#gate = new ReadGate(socket, () => this.#writer.probe());
    this.#decoder = new FrameDecoder({
      control: (frame) => this.#onControl(frame),
      data: (streamId, bytes) => {
        this.#inBytes += bytes.length;
        this.#streams.get(streamId)?.receive(bytes);
      },
      dataEnd: (streamId) => this.#streams.get(streamId)?.receive(null),
    });
    socket
      .on("data", (chunk: Buffer) => this.#onData(chunk))
      .on("drain", () => this.#gate.hold(false))
      .on("end", () => this.destroy(left()))
      .on("error", (error) => {
        this.#reason ??= left(error);
      })
      .once("close", () => this.#onClose());
  }

  /** Opens a stream and waits until the peer has accepted it. Rejects with Unavailable when it refuses, or is gone. */
  async open(headers: SpdyHeaders, signal: AbortSignal): Promise<SpdyStream> {
    if (this.#state !== "open") throw this.#reason ?? left();
    const id = this.#nextId;
    this.#nextId += 2;
    const stream = this.#add(id, headers);
    const opened = Promise.withResolvers<SpdyStream>();
    const giveUp = (): void => {
      stream.destroy();
      opened.reject(CriError.from(signal.reason, "gave up waiting for a stream"));
    };
    this.#opening.set(id, opened);
    this.#writer.control({ type: "SYN_STREAM", streamId: id, isLast: false, headers });
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      return await opened.promise;
    } finally {
      signal.removeEventListener("abort", giveUp);
      this.#opening.delete(id);
    }
  }

  /** Closes after what was sent on streams so far; what still comes is dropped. Returns at once, `onClose` tells the end. */
  end(): void {
    if (this.#state !== "open") return;
    this.#goAway(0);
    this.#state = "ending";
    for (const stream of this.#streams.values()) stream.destroy();
    this.#gate.open();
    this.#closeAfter(flushMillis);
    this.#socket.once("finish", () => this.#closeAfter(lingerMillis)).end();
  }

  /** Closes at once; every stream fails with the reason. */
  destroy(reason: CriError): void {
    this.#reason ??= reason;
    this.#socket.destroy();
  }

  #goAway(status: number): void {
    this.#writer.control({ type: "GOAWAY", lastGoodStreamId: this.#lastPeerId, status });
  }

  #closeAfter(millis: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#socket.destroy(), millis);
  }

  #onClose(): void {
    const reason = this.#reason ?? left();
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    this.#gate.open();
    clearTimeout(this.#deadline);
    this.#writer.close(reason);
    for (const opening of this.#opening.values()) opening.reject(reason);
    for (const stream of this.#streams.values()) stream.destroy(reason);
    this.#options.onClose(wasOpen ? reason : undefined);
  }

  /** Whatever is wrong with what a peer sends ends its connection, and nothing else. */
  #onData(chunk: Buffer): void {
    if (this.#state !== "open") return;
    try {
      this.#decoder.push(chunk);
      this.#options.onTraffic?.("in", this.#inBytes);
      this.#inBytes = 0;
    } catch (thrown) {
      this.#goAway(1);
      this.destroy(CriError.from(thrown, "SPDY"));
    }
    if (this.#writer.unreadAnswers > maxUnreadAnswers) this.#gate.hold(true);
  }

  #onControl(frame: ControlFrame): void {
    switch (frame.type) {
      case "SYN_STREAM":
        this.#onSynStream(frame);
        break;
      case "SYN_REPLY":
        this.#onSynReply(frame);
        break;
      case "HEADERS":
        if (frame.isLast) this.#streams.get(frame.streamId)?.receive(null);
        break;
      case "RST_STREAM":
        this.#onReset(frame.streamId);
        break;
      case "PING":
        // Ids of our own parity would answer pings of ours, and there are none.
        if (frame.id % 2 === (this.#options.role === "server" ? 1 : 0)) this.#writer.control(frame);
        break;
      case "GOAWAY":
        // The peer closes when its streams have ended.
        break;
    }
  }

  #onSynStream({ streamId, headers, isLast }: HeadersFrame<"SYN_STREAM">): void {
    const { role, accepts, onStream } = this.#options;
    if (role === "client" || streamId % 2 === 0 || streamId <= this.#lastPeerId) {
      throw new CriError("InvalidArgument", "SPDY: a stream was opened out of turn");
    }
    this.#lastPeerId = streamId;
    if (this.#streams.size >= maxStreams || accepts?.(headers) === false) {
      const status = resetStatus.refusedStream;
      this.#writer.control({ type: "RST_STREAM", streamId, status });
      return;
    }
    const stream = this.#add(streamId, headers);
    // Before anything is sent on it: clients drop data that comes earlier.
    this.#writer.control({ type: "SYN_REPLY", streamId, isLast: false, headers: new Map() });
    if (isLast) stream.receive(null);
    onStream?.(stream);
  }

  #onSynReply({ streamId, isLast }: HeadersFrame<"SYN_REPLY">): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return;
    this.#opening.get(streamId)?.resolve(stream);
    if (isLast) stream.receive(null);
  }

  #onReset(streamId: number): void {
    const stream = this.#streams.get(streamId);
    const reason = new CriError("Unavailable", "the peer has reset the stream");
    this.#streams.delete(streamId);
    this.#opening.get(streamId)?.reject(reason);
    if (this.#options.role === "client") stream?.reset();
    else stream?.destroy(reason);
  }

  #add(id: number, headers: SpdyHeaders): SpdyStream {
    const stream = new SpdyStream(id, headers, {
      send: (streamId, chunks, sent) => {
        this.#options.onTraffic?.("out", lengthOf(chunks));
        this.#writer.data(streamId, chunks, sent);
      },
      keep: (bytes) => this.#gate.keep(bytes),
      forget: (isWhole) => this.#forget(id, isWhole),
    });
    this.#streams.set(id, stream);
    return stream;
  }

  #forget(streamId: number, isWhole: boolean): void {
    const stream = this.#streams.get(streamId);
    this.#streams.delete(streamId);
    if (stream === undefined || isWhole || this.#state !== "open") return;
    // A server that has said all may be gone: a write that fails would take along what of other streams was not read yet.
    if (this.#options.role === "client" && stream.readableEnded) return;
    this.#writer.control({ type: "RST_STREAM", streamId, status: resetStatus.cancel });
  }
}

function left(cause?: unknown): CriError {
  const why = cause === undefined ? "" : `: ${messageOf(cause)}`;
  return new CriError("Unavailable", `the peer has left${why}`, { cause });
}
