import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { HttpExchange } from "./http-exchange.ts";

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/blob`;
}

test("a host that is redirected to gets no credentials, and cannot ask for any", async (t) => {
  const challenge = { "www-authenticate": 'Bearer realm="http://elsewhere.example/token"' };
  const seen: unknown[] = [];
  const other = await serve(t, (request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(401, challenge).end();
  });
  const registry = await serve(t, (request, response) => {
    if (request.headers.authorization === undefined) response.writeHead(401, challenge).end();
    else response.writeHead(307, { location: other }).end();
  });
  using exchange = new HttpExchange({ skipVerify: false, ca: [], cert: undefined, key: undefined });
  const ask = async (headers: Readonly<Record<string, string>>) => {
    const request = { method: "GET", url: new URL(registry), headers } as const;
    const answer = await exchange.send(request, AbortSignal.timeout(10_000));
    answer.resume();
    return answer.headers["www-authenticate"];
  };
  assert.equal(await ask({}), challenge["www-authenticate"]);
  assert.equal(await ask({ authorization: "Basic c2VjcmV0" }), undefined);
  assert.deepEqual(seen, [undefined]);
});
