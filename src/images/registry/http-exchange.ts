import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import type { Readable } from "node:stream";
import { rootCertificates } from "node:tls";
import { CriError, messageOf } from "../../model/error.ts";
import type { HostTls } from "./registry-host.ts";

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable;
}

const maxRedirects = 5;
/** From the request to the answer's head; the body is watched by who reads it. */
const headMillis = 30_000;
/** What registries say of errors is short; the rest is of no use. */
const maxErrorBytes = 64 << 10;

/** Connections to one registry's servers, kept for the next request. */
export class HttpExchange implements Disposable {
  readonly #plain = new http.Agent({ keepAlive: true, maxSockets: 16 });
  readonly #secure: https.Agent;

  constructor(tls: HostTls) {
    this.#secure = new https.Agent({
      keepAlive: true,
      maxSockets: 16,
      rejectUnauthorized: !tls.skipVerify,
      ...(tls.ca.length > 0 && { ca: [...rootCertificates, ...tls.ca] }),
      ...(tls.cert !== undefined && { cert: tls.cert, key: tls.key ?? tls.cert }),
    });
  }

  /**
   * Sends a request and returns the head of the answer, whatever its status, with the body to be read or destroyed. Redirects of
   * reads are followed; credentials go no further than the host that they are for.
   * Throws Unavailable (nobody answers), DeadlineExceeded, Cancelled, PermissionDenied (a certificate that is not trusted).
   */
  async send(request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
    let { url, headers } = request;
    for (let hops = 0; ; hops += 1) {
      const answer = await this.#once({ ...request, url, headers }, signal);
      const location = redirectOf(request, answer);
      if (location === undefined) {
        // Another host may not say where this one's password is to be sent.
        if (url.host !== request.url.host) delete answer.headers["www-authenticate"];
        return answer;
      }
      answer.destroy();
      if (hops === maxRedirects)
        throw new CriError("Unavailable", `${url.host} redirects more than ${maxRedirects} times`);
      const next = targetOf(location, url);
      headers = next.host === url.host ? headers : forStrangers(headers);
      url = next;
    }
  }

  async #once(request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const { url, method, headers, body } = request;
    const limit = new AbortController();
    const abort = (): void => limit.abort(signal.reason);
    const late = `${url.host} did not answer within ${headMillis} ms`;
    const timer = setTimeout(() => limit.abort(new CriError("DeadlineExceeded", late)), headMillis);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const isSecure = url.protocol === "https:";
    const agent = isSecure ? this.#secure : this.#plain;
    const options = { method, headers, agent, signal: limit.signal };
    const outgoing = (isSecure ? https : http).request(url, options);
    outgoing.once("response", resolve);
    outgoing.on("error", reject);
    // After the head the signal ends the body as well.
    outgoing.once("close", () => signal.removeEventListener("abort", abort));
    if (body === undefined || body instanceof Uint8Array) outgoing.end(body);
    else body.once("error", (error) => outgoing.destroy(error)).pipe(outgoing);
    try {
      return await promise;
    } catch (thrown) {
      throw limit.signal.aborted
        ? CriError.from(limit.signal.reason, url.host)
        : failureOf(thrown, url.host);
    } finally {
      clearTimeout(timer);
    }
  }

  [Symbol.dispose](): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}

/** Reads a body to its end. Throws ResourceExhausted for a longer one, Unavailable when it breaks off. */
export async function readBody(answer: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes)
        throw new CriError("ResourceExhausted", `the answer is longer than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (thrown) {
    if (thrown instanceof CriError) throw thrown;
    throw new CriError("Unavailable", `the answer broke off: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
  return Buffer.concat(chunks, length);
}

/** Reads what a server says of an error, as one line: at most some hundred characters, none of them a control character. */
export async function readComplaint(answer: IncomingMessage): Promise<string> {
  const text = await readBody(answer, maxErrorBytes).then(String, () => "");
  return complaintIn(text)
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, 300);
}

/** Registries answer errors as `{"errors":[{"code","message"}]}` (distribution-spec, "Error Codes"). */
function complaintIn(text: string): string {
  try {
    const { errors } = JSON.parse(text) as {
      readonly errors?: readonly { readonly code?: string; readonly message?: string }[];
    };
    const [first] = errors ?? [];
    return first === undefined ? text : `${first.code ?? ""}: ${first.message ?? ""}`;
  } catch {
    return text.startsWith("<") ? "" : text;
  }
}

function redirectOf({ method }: HttpRequest, answer: IncomingMessage): string | undefined {
  const isRead = method === "GET" || method === "HEAD";
  const isRedirect = [301, 302, 303, 307, 308].includes(answer.statusCode ?? 0);
  return isRead && isRedirect ? answer.headers.location : undefined;
}

function targetOf(location: string, from: URL): URL {
  const next = URL.parse(location, from);
  if (next === null || !/^https?:$/.test(next.protocol))
    throw new CriError("Unavailable", `${from.host} redirects to what is no http address`);
  if (from.protocol === "https:" && next.protocol === "http:")
    throw new CriError("Unavailable", `${from.host} redirects from https to http: refused`);
  return next;
}

/** What the request is, and nothing that a user set for the host that was asked: neither credentials nor headers of their own. */
function forStrangers(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const plain = new Set(["accept", "range"]);
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => plain.has(name.toLowerCase())),
  );
}

function failureOf(thrown: unknown, host: string): CriError {
  const message = `${host}: ${messageOf(thrown)}`;
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  const isCertificate = /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/.test(code);
  return new CriError(isCertificate ? "PermissionDenied" : "Unavailable", message, {
    cause: thrown,
  });
}

/** Whether a registry's `host[:port]` is this machine itself: such a one needs no TLS, as docker has it. */
export function isLoopback(domain: string): boolean {
  const host = domain.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
