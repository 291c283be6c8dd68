import { CriError } from "../../model/error.ts";
import type { RegistryAuth } from "../../model/image.ts";
import { parseObject, textIn } from "../json-value.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import { type HttpExchange, isLoopback, readBody, readComplaint } from "./http-exchange.ts";

/** Tokens are some KiB at most. */
const maxTokenBytes = 256 << 10;
/** Without a word of theirs they last this long (distribution's token specification). */
const defaultLifeSeconds = 60;
/** A token is not used in its last seconds: the clocks differ. */
const marginSeconds = 5;

interface Token {
  readonly authorization: string;
  readonly endsAtMillis: number;
}

interface TokenOptions {
  readonly exchange: HttpExchange;
  readonly auth: RegistryAuth;
  readonly nowMillis: () => number;
  /** The registry is reached by TLS: then its token server must be, too. */
  readonly isSecure: boolean;
}

/** Proves to one registry who asks: with a password at once, or with a token that its token server gives for it. Never logged. */
export class RegistryCredentials {
  readonly #options: TokenOptions;
  readonly #tokens = new Map<string, Token>();

  constructor(options: TokenOptions) {
    this.#options = options;
  }

  /** Returns the Authorization header that is known for a scope (`repository:library/busybox:pull`); undefined when none is yet. */
  known(scope: string): string | undefined {
    const { auth } = this.#options;
    if (auth.type === "registryToken") return `Bearer ${auth.registryToken}`;
    const token = this.#tokens.get(scope);
    return token === undefined || token.endsAtMillis <= this.#options.nowMillis()
      ? undefined
      : token.authorization;
  }

  /**
   * Answers the challenge of a 401; returns the header to try again with, undefined when there is nothing better to say.
   * Throws PermissionDenied when the token server refuses.
   */
  async answer(header: string, scope: string, signal: AbortSignal): Promise<string | undefined> {
    const challenges = parseChallenges(header);
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (bearer !== undefined) return await this.#token(bearer, scope, signal);
    const basic = challenges.some(({ scheme }) => scheme === "basic");
    return basic ? this.#remember(scope, this.#basic(), Number.POSITIVE_INFINITY) : undefined;
  }

  async #token(challenge: Challenge, scope: string, signal: AbortSignal): Promise<string> {
    const { auth, exchange, nowMillis } = this.#options;
    const realm = URL.parse(challenge.parameters["realm"] ?? "");
    if (realm === null || !/^https?:$/.test(realm.protocol))
      throw new CriError("Unavailable", "the registry names no address for its tokens");
    if (this.#options.isSecure && realm.protocol === "http:" && !isLoopback(realm.host))
      throw new CriError(
        "PermissionDenied",
        `the registry names a token server without TLS, ${realm.host}: refused`,
      );
    const service = challenge.parameters["service"] ?? "";
    const request =
      auth.type === "identityToken"
        ? refreshRequest(realm, { service, scope, refreshToken: auth.identityToken })
        : tokenRequest(realm, { service, scope, authorization: this.#basic() });
    const answer = await exchange.send(request, signal);
    if (answer.statusCode !== 200) {
      const complaint = await readComplaint(answer);
      const words = `${realm.host} gives no token (${answer.statusCode}) ${complaint}`.trim();
      throw new CriError(answer.statusCode === 401 ? "PermissionDenied" : "Unavailable", words);
    }
    const said = parseObject(await readBody(answer, maxTokenBytes), "token");
    const token = textIn(said["token"], "token") || textIn(said["access_token"], "access_token");
    const seconds = Number(said["expires_in"] ?? defaultLifeSeconds) - marginSeconds;
    const endsAt = nowMillis() + Math.max(seconds, marginSeconds) * 1_000;
    return this.#remember(scope, `Bearer ${token}`, endsAt) ?? "";
  }

  #basic(): string | undefined {
    const { auth } = this.#options;
    if (auth.type !== "basic") return undefined;
    return `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString("base64")}`;
  }

  #remember(scope: string, authorization: string | undefined, endsAtMillis: number) {
    if (authorization !== undefined) this.#tokens.set(scope, { authorization, endsAtMillis });
    return authorization;
  }
}

interface Wanted {
  readonly service: string;
  readonly scope: string;
}

/** The token server's GET (distribution, "Token Authentication Specification"). */
function tokenRequest(
  realm: URL,
  { service, scope, authorization }: Wanted & { readonly authorization: string | undefined },
) {
  const url = new URL(realm);
  if (service !== "") url.searchParams.set("service", service);
  url.searchParams.set("scope", scope);
  const headers = authorization === undefined ? {} : { authorization };
  return { method: "GET", url, headers } as const;
}

/** Its POST, by OAuth 2, for those who hold an identity token. */
function refreshRequest(
  realm: URL,
  { service, scope, refreshToken }: Wanted & { readonly refreshToken: string },
) {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: refreshToken,
    client_id: "cri-ferry",
    service,
    scope,
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return { method: "POST", url: realm, headers, body: Buffer.from(form.toString()) } as const;
}
