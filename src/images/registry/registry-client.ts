import type { IncomingMessage } from "node:http";
import { CriError } from "../../model/error.ts";
import type { RegistryAuth } from "../../model/image.ts";
import type { Clock } from "../../model/ports.ts";
import { type Digest, digestOf } from "../digest.ts";
import type { Descriptor } from "../manifest.ts";
import { maxManifestBytes } from "../manifest.ts";
import { manifestKinds } from "../media-types.ts";
import { HttpExchange, type HttpRequest, readBody, readComplaint } from "./http-exchange.ts";
import type { RegistryHost } from "./registry-host.ts";
import { RegistryCredentials } from "./registry-token.ts";

/** A manifest as a registry gave it, checked against the digest that was asked for. */
export interface FetchedManifest {
  readonly bytes: Buffer;
  readonly digest: Digest;
  /** As the server says. */
  readonly mediaType: string;
}

/** A blob's bytes as they come. */
export interface FetchedBlob {
  readonly body: IncomingMessage;
  /** Where the bytes begin: what was asked for, or 0 when the server knows no ranges. */
  readonly offset: number;
}

export interface RegistryClientOptions {
  readonly host: RegistryHost;
  readonly auth: RegistryAuth;
  readonly clock: Clock;
}

const accept = [...manifestKinds.keys()].join(", ");
/** A server that is busy gets some time, twice as much each time. */
const firstPauseMillis = 500;
const longestPauseMillis = 30_000;
const maxTries = 6;

/** Reads one repository of one registry or mirror (OCI distribution-spec, "Pull"). */
export class RegistryClient implements Disposable {
  readonly #options: RegistryClientOptions;
  readonly #exchange: HttpExchange;
  readonly #credentials: RegistryCredentials;

  constructor(options: RegistryClientOptions) {
    this.#options = options;
    this.#exchange = new HttpExchange(options.host.tls);
    this.#credentials = new RegistryCredentials({
      exchange: this.#exchange,
      auth: options.host.isOrigin ? options.auth : { type: "anonymous" },
      nowMillis: () => options.clock.monotonicMillis(),
      isSecure: options.host.url.startsWith("https:"),
    });
  }

  /** Fetches a manifest by tag or digest. Throws NotFound, PermissionDenied, Unavailable, and InvalidArgument for other bytes than the digest's. */
  async manifest(reference: string, signal: AbortSignal): Promise<FetchedManifest> {
    const answer = await this.#get(`manifests/${reference}`, { accept }, signal);
    const bytes = await readBody(answer, maxManifestBytes);
    const digest = digestOf(bytes);
    if (reference.startsWith("sha256:") && reference !== digest)
      throw new CriError("InvalidArgument", `${reference}: the registry gave ${digest}`);
    const [mediaType = ""] = (answer.headers["content-type"] ?? "").split(";");
    return { bytes, digest, mediaType: mediaType.trim() };
  }

  /** Opens a blob from a byte on. Throws as `manifest`; the body's reader takes its errors. */
  async blob(
    { digest, sizeBytes }: Descriptor,
    offset: number,
    signal: AbortSignal,
  ): Promise<FetchedBlob> {
    const headers: Record<string, string> =
      offset === 0 ? {} : { range: `bytes=${offset}-${sizeBytes - 1}` };
    const body = await this.#get(`blobs/${digest}`, headers, signal);
    if (body.statusCode !== 206) return { body, offset: 0 };
    const [, begin] = /^bytes (\d+)-/.exec(body.headers["content-range"] ?? "") ?? [];
    if (Number(begin) === offset) return { body, offset };
    body.destroy();
    throw new CriError("Unavailable", `${this.#name} gave another part of ${digest} than asked`);
  }

  [Symbol.dispose](): void {
    this.#exchange[Symbol.dispose]();
  }

  get #name(): string {
    return URL.parse(this.#options.host.url)?.host ?? this.#options.host.url;
  }

  async #get(
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { host } = this.#options;
    const url = new URL(`${host.url}/${host.path}/${path}`);
    if (host.namespace !== undefined) url.searchParams.set("ns", host.namespace);
    const request = { method: "GET", url, headers: { ...host.headers, ...headers } } as const;
    const answer = await this.#patiently(request, signal);
    const { statusCode = 0 } = answer;
    if (statusCode === 200 || statusCode === 206) return answer;
    throw refusal(
      { name: this.#name, path: `${host.path}/${path}`, statusCode },
      await readComplaint(answer),
    );
  }

  /** Tries again while the server says that it is busy or broken, as long as it asks for, or longer each time. */
  async #patiently(request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
    let pause = firstPauseMillis;
    for (let tries = 1; ; tries += 1) {
      const answer = await this.#withCredentials(request, signal);
      const { statusCode = 0 } = answer;
      if ((statusCode !== 429 && statusCode < 500) || tries === maxTries) return answer;
      answer.destroy();
      const asked = Number(answer.headers["retry-after"]) * 1_000;
      const millis = Number.isFinite(asked) ? asked : pause;
      await this.#options.clock.sleep(Math.min(millis, longestPauseMillis), signal);
      pause *= 2;
    }
  }

  async #withCredentials(request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const scope = `repository:${this.#options.host.path}:pull`;
    const known = this.#credentials.known(scope);
    const answer = await this.#exchange.send(withAuthorization(request, known), signal);
    const challenge = answer.headers["www-authenticate"];
    if (answer.statusCode !== 401 || challenge === undefined) return answer;
    const better = await this.#credentials.answer(challenge, scope, signal);
    if (better === undefined) return answer;
    answer.destroy();
    return await this.#exchange.send(withAuthorization(request, better), signal);
  }
}

function withAuthorization(request: HttpRequest, authorization: string | undefined): HttpRequest {
  if (authorization === undefined) return request;
  return { ...request, headers: { ...request.headers, authorization } };
}

interface Refused {
  readonly name: string;
  readonly path: string;
  readonly statusCode: number;
}

function refusal({ name, path, statusCode }: Refused, complaint: string): CriError {
  const words = `${name}: ${path}: ${statusCode} ${complaint}`.trim();
  if (statusCode === 404) return new CriError("NotFound", words);
  if (statusCode === 401 || statusCode === 403) return new CriError("PermissionDenied", words);
  return new CriError("Unavailable", words);
}
