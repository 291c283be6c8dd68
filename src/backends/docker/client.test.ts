import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { CriError } from "../../model/error.ts";
import type { DockerApi } from "./client.ts";
import { connectDocker } from "./client.ts";
import { dockerWords, isConflict, isNotFound, statusOf } from "./errors.ts";

const never = new AbortController().signal;
const version = { Version: "20.10.24", ApiVersion: "1.41", MinAPIVersion: "1.12" };

/** An engine that answers `/version` and leaves the rest to the test. */
async function engine(
  t: TestContext,
  listener: RequestListener,
  said = version,
): Promise<DockerApi> {
  const folder = await mkdtemp(join(tmpdir(), "cri-ferry-client-"));
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (request.url === "/version") response.end(JSON.stringify(said));
    else listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(join(folder, "docker.sock"), resolve));
  const api = connectDocker(`unix://${folder}/docker.sock`);
  t.after(async () => {
    api.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });
  return api;
}

test("a call carries the negotiated version, the query and the body, and returns the parsed answer", async (t) => {
  const api = await engine(t, (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      response.end(JSON.stringify({ url: request.url, body: Buffer.concat(parts).toString() }));
    });
  });
  const query = { name: "a b", filters: { label: ["x=y"] } };
  const answer = await api.call({ method: "POST", path: "/make", query, body: { a: 1 } }, never);
  const url = "/v1.41/make?name=a+b&filters=%7B%22label%22%3A%5B%22x%3Dy%22%5D%7D";
  assert.deepEqual(answer, { url, body: '{"a":1}' });
});

test("an engine newer than this code is spoken to in the newest version known here", async (t) => {
  const api = await engine(t, () => undefined, {
    Version: "29.1.0",
    ApiVersion: "1.52",
    MinAPIVersion: "1.44",
  });
  assert.equal((await api.negotiate(never)).apiVersion, "1.48");
  assert.equal(api.version()?.said.ApiVersion, "1.52");
});

test("an engine older than 20.10 is refused in words that name both versions", async (t) => {
  const api = await engine(t, () => undefined, { ...version, ApiVersion: "1.40" });
  await assert.rejects(api.negotiate(never), (error: CriError) => {
    assert.equal(error.kind, "FailedPrecondition");
    assert.match(error.message, /1\.40; it must be 1\.41/);
    return true;
  });
});

test("an error's kind follows from the status, and docker's words are kept", async (t) => {
  const api = await engine(t, (request, response) => {
    response.statusCode = Number(request.url?.split("/").at(-1));
    response.end(JSON.stringify({ message: "the engine's words" }));
  });
  const failing = async (status: number): Promise<unknown> =>
    await api.call({ method: "GET", path: `/${status}` }, never).catch((error: unknown) => error);
  assert.equal(isNotFound(await failing(404)), true);
  assert.equal(isConflict(await failing(409)), true);
  assert.equal(statusOf(await failing(500)), 500);
  assert.equal(dockerWords(await failing(500)), "the engine's words");
  assert.equal(await failing(304), undefined);
});

test("nobody listening is Unavailable and names the endpoint", async () => {
  const api = connectDocker("unix:///nonexistent/docker.sock");
  await assert.rejects(api.negotiate(never), (error: CriError) => {
    assert.equal(error.kind, "Unavailable");
    assert.match(error.message, /unix:\/\/\/nonexistent\/docker\.sock/);
    return true;
  });
});

test("an endpoint that is no unix socket is refused", () => {
  assert.throws(() => connectDocker("tcp://10.0.0.1:2375"), /is not unix:\/\/\/PATH/);
});

test("an engine that hangs before or within its answer costs no more than the call's deadline", async (t) => {
  const api = await engine(t, (request, response) => {
    if (request.url === "/v1.41/within")
      response.writeHead(200, { "content-length": 9 }).write("{");
  });
  for (const path of ["/before", "/within"]) {
    const call = api.call({ method: "GET", path, timeoutMillis: 50 }, never);
    await assert.rejects(call, (error: CriError) => error.kind === "DeadlineExceeded");
  }
});

test("an engine that dies within its answer is Unavailable", async (t) => {
  const api = await engine(t, (_request, response) => {
    response.writeHead(200, { "content-length": 9 });
    response.write("{", () => response.destroy());
  });
  const call = api.call({ method: "GET", path: "/dies" }, never);
  await assert.rejects(call, (error: CriError) => error.kind === "Unavailable");
});

test("the caller's signal ends a call, and a stream that was handed out", async (t) => {
  const api = await engine(t, (request, response) => {
    if (request.url === "/v1.41/stream") response.writeHead(200).write("first");
  });
  const caller = new AbortController();
  const call = api.call({ method: "GET", path: "/hangs" }, caller.signal);
  const stream = await api.open({ method: "GET", path: "/stream" }, caller.signal);
  await setImmediate();
  caller.abort();
  await assert.rejects(call, (error: CriError) => error.kind === "Cancelled");
  await assert.rejects(stream.toArray(), { name: "AbortError" });
});

test("an error's answer to a stream or to a hijack is thrown as of any call", async (t) => {
  const api = await engine(t, (_request, response) => {
    response.statusCode = 404;
    response.end('{"message":"no such thing"}');
  });
  const request = { method: "POST", path: "/x" } as const;
  await assert.rejects(api.open(request, never), isNotFound);
  await assert.rejects(api.hijack(request, never), isNotFound);
});
