import { randomBytes } from "node:crypto";
import { CriError } from "../model/error.ts";
import type { Clock } from "../model/ports.ts";
import type { AttachRequest, ExecRequest, PortForwardRequest } from "../model/streaming.ts";

/** What a token was given for. */
export type StreamRequest =
  | { readonly kind: "exec"; readonly request: ExecRequest }
  | { readonly kind: "attach"; readonly request: AttachRequest }
  | { readonly kind: "portforward"; readonly request: PortForwardRequest };

/** The kubelet comes at once; so many that have not come yet are a fault elsewhere. */
const maxTokens = 1_000;
/** A command may be as long as a message. */
const maxKeptBytes = 64 << 20;
/** Nobody guesses 128 bits within a minute. */
const tokenBytes = 16;

interface Entry {
  readonly request: StreamRequest;
  readonly expiresAtMillis: number;
  readonly bytes: number;
}

/** Requests that were answered with a URL and wait for their client; a token is good once, and not for long. */
export class RequestTokens {
  readonly #clock: Clock;
  readonly #lifetimeMillis: number;
  /** In the order of their making, which is that of their end. */
  readonly #entries = new Map<string, Entry>();
  #keptBytes = 0;

  constructor(clock: Clock, lifetimeMillis: number) {
    this.#clock = clock;
    this.#lifetimeMillis = lifetimeMillis;
  }

  /** Returns a new token for the request, 22 characters that URLs take. Throws ResourceExhausted when too many wait. */
  issue(request: StreamRequest): string {
    const now = this.#clock.monotonicMillis();
    this.#dropExpired(now);
    const bytes = bytesOf(request);
    if (this.#entries.size >= maxTokens || this.#keptBytes + bytes > maxKeptBytes) {
      const message = `${this.#entries.size} streaming requests wait for their clients`;
      throw new CriError("ResourceExhausted", message);
    }
    const token = randomBytes(tokenBytes).toString("base64url");
    this.#entries.set(token, { request, expiresAtMillis: now + this.#lifetimeMillis, bytes });
    this.#keptBytes += bytes;
    return token;
  }

  /** Returns what the token was given for and forgets it; undefined: unknown, used, expired, or for something else. */
  redeem(token: string, kind: StreamRequest["kind"]): StreamRequest | undefined {
    const entry = this.#entries.get(token);
    if (entry !== undefined) this.#drop(token, entry);
    if (entry === undefined || entry.expiresAtMillis <= this.#clock.monotonicMillis())
      return undefined;
    return entry.request.kind === kind ? entry.request : undefined;
  }

  #dropExpired(now: number): void {
    for (const [token, entry] of this.#entries) {
      if (entry.expiresAtMillis > now) return;
      this.#drop(token, entry);
    }
  }

  #drop(token: string, { bytes }: Entry): void {
    if (this.#entries.delete(token)) this.#keptBytes -= bytes;
  }
}

/** What of a request a client chooses the length of. */
function bytesOf(wanted: StreamRequest): number {
  if (wanted.kind !== "exec") return 0;
  return wanted.request.command.reduce((sum, word) => sum + Buffer.byteLength(word), 0);
}
