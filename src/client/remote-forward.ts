import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import type { CriError } from "../model/error.ts";
import { dialSpdy } from "../streaming/spdy/dial.ts";
import type { SpdyConnection } from "../streaming/spdy/spdy-connection.ts";
import { dialable } from "./stream-urls.ts";

/** One connection to a port of the pod. */
export interface ForwardedConnection {
  /** Either side may end its half. */
  readonly data: Duplex;
  /** What the server says when it could not connect, or lost the connection; empty otherwise. Never rejects. */
  readonly complaint: Promise<string>;
}

/** The client's end of port-forward: any number of connections over one to the server. */
export class RemoteForward implements Disposable {
  readonly #connection: SpdyConnection;
  readonly #closed: Promise<CriError | undefined>;
  #nextId = 0;

  private constructor(connection: SpdyConnection, closed: Promise<CriError | undefined>) {
    this.#connection = connection;
    this.#closed = closed;
  }

  /** Connects to the URL that PortForward answered. Throws what the server refuses with, Unavailable when it cannot be reached. */
  static async open(url: string, signal: AbortSignal): Promise<RemoteForward> {
    const { promise: closed, resolve } = Promise.withResolvers<CriError | undefined>();
    const protocols = ["portforward.k8s.io"];
    const dialled = await dialSpdy({ url: dialable(url), protocols, onClose: resolve, signal });
    return new RemoteForward(dialled.connection, closed);
  }

  /** Connects to a port of the pod. Throws Unavailable when the connection to the server is lost. */
  async connect(port: number, signal: AbortSignal): Promise<ForwardedConnection> {
    const id = String(this.#nextId);
    this.#nextId += 1;
    const open = (type: string) => {
      const headers = { streamtype: type, port: String(port), requestid: id };
      return this.#connection.open(new Map(Object.entries(headers)), signal);
    };
    const error = await open("error");
    // We have nothing to say on it, and servers wait for its end.
    error.end();
    const complaint = text(error).catch(() => "");
    return { data: await open("data"), complaint };
  }

  /** Resolves when the connection to the server is closed, with the reason unless it was we. */
  async closed(): Promise<CriError | undefined> {
    return await this.#closed;
  }

  /** Ends it and every connection in it. */
  [Symbol.dispose](): void {
    this.#connection.end();
  }
}
