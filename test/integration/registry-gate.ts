import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** Who may pull. */
export type GateAuth =
  | { readonly type: "none" }
  | { readonly type: "basic"; readonly username: string; readonly password: string }
  /** A token of its own, or one that the gate gives for the refresh token. */
  | { readonly type: "bearer"; readonly token: string; readonly refreshToken: string };

/** How layers are sent. */
export type GateFlow =
  | { readonly type: "whole" }
  /** Not even manifests come: only their headers. */
  | { readonly type: "mute" }
  | { readonly type: "stall"; readonly afterBytes: number }
  | { readonly type: "drip"; readonly bytes: number; readonly everyMillis: number }
  /** The connection breaks off, and the next goes on where it was asked to. */
  | { readonly type: "break"; readonly afterBytes: number }
  | { readonly type: "damaged" };

/** A registry's front door on loopback, which can be slow, broken or locked, and counts. */
export class RegistryGate implements AsyncDisposable {
  readonly #server: Server;
  readonly #upstream: string;
  auth: GateAuth = { type: "none" };
  flow: GateFlow = { type: "whole" };
  /** GETs of blobs, by digest. */
  readonly blobs = new Map<string, number>();
  /** Blob answers that are being sent. */
  sending = 0;

  private constructor(upstream: string) {
    this.#upstream = upstream;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  /** Opens a gate before the registry at that URL. */
  static async open(upstream: string): Promise<RegistryGate> {
    const gate = new RegistryGate(upstream);
    gate.#server.listen(0, "127.0.0.1");
    await once(gate.#server, "listening");
    return gate;
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === "/token") return this.#giveToken(await text(request), response);
    if (!this.#mayEnter(request.headers.authorization)) return this.#refuse(response);
    const method = request.method ?? "GET";
    const { accept, range } = request.headers;
    const answer = await fetch(`${this.#upstream}${request.url}`, {
      method,
      headers: { ...(accept !== undefined && { accept }), ...(range !== undefined && { range }) },
    });
    const body = Buffer.from(await answer.arrayBuffer());
    sendHeaders(answer, body, response);
    if (this.flow.type === "mute" && method === "GET" && request.url?.includes("/manifests/")) {
      return response.flushHeaders();
    }
    const digest = /\/blobs\/(sha256:[0-9a-f]+)(?:\?|$)/.exec(request.url ?? "")?.[1];
    if (method !== "GET" || digest === undefined) response.end(body);
    else await this.#sendBlob(digest, body, response);
  }

  async #sendBlob(digest: string, body: Buffer, response: ServerResponse): Promise<void> {
    this.blobs.set(digest, (this.blobs.get(digest) ?? 0) + 1);
    this.sending += 1;
    response.once("close", () => (this.sending -= 1));
    const { flow } = this;
    // Configurations are small and go through.
    if (body.length < 4096 || flow.type === "whole") response.end(body);
    else if (flow.type === "damaged") response.end(body.fill(0, 2048));
    else if (flow.type === "break")
      response.write(body.subarray(0, flow.afterBytes), () => response.destroy());
    else if (flow.type === "stall") response.write(body.subarray(0, flow.afterBytes));
    else if (flow.type === "drip") await drip(body, flow, response);
    else response.end(body);
  }

  #mayEnter(authorization: string | undefined): boolean {
    switch (this.auth.type) {
      case "none":
        return true;
      case "basic": {
        const { username, password } = this.auth;
        return (
          authorization === `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`
        );
      }
      case "bearer":
        return authorization === `Bearer ${this.auth.token}`;
    }
  }

  #refuse(response: ServerResponse): void {
    const challenge =
      this.auth.type === "bearer"
        ? `Bearer realm="http://${this.host}/token",service="gate"`
        : 'Basic realm="gate"';
    response.writeHead(401, {
      "www-authenticate": challenge,
      "docker-distribution-api-version": "registry/2.0",
      "content-type": "application/json",
    });
    response.end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}');
  }

  #giveToken(form: string, response: ServerResponse): void {
    const given = new URLSearchParams(form).get("refresh_token");
    const isRight = this.auth.type === "bearer" && given === this.auth.refreshToken;
    const token = this.auth.type === "bearer" ? this.auth.token : "";
    response.writeHead(isRight ? 200 : 401, { "content-type": "application/json" });
    response.end(
      JSON.stringify(isRight ? { access_token: token, expires_in: 300 } : { errors: [] }),
    );
  }
}

function sendHeaders(answer: Response, body: Buffer, response: ServerResponse): void {
  const names = ["content-type", "docker-content-digest", "docker-distribution-api-version"];
  for (const name of names) response.setHeader(name, answer.headers.get(name) ?? "");
  const range = answer.headers.get("content-range");
  if (range !== null) response.setHeader("content-range", range);
  response.setHeader("content-length", answer.headers.get("content-length") ?? body.length);
  response.writeHead(answer.status);
}

async function drip(
  body: Buffer,
  flow: { readonly bytes: number; readonly everyMillis: number },
  response: ServerResponse,
): Promise<void> {
  for (let at = 0; at < body.length && !response.destroyed; at += flow.bytes) {
    response.write(body.subarray(at, at + flow.bytes));
    await sleep(flow.everyMillis);
  }
  response.end();
}
