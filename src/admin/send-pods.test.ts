import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { PodOverview } from "../model/overview.ts";
import { sendPods } from "./send-pods.ts";

test("a slow reader gets all pods, and each wait for it leaves nothing behind", async (t) => {
  const pod = { id: "p".repeat(4_000) } as unknown as PodOverview;
  let listeners: readonly number[] = [];
  const pods = Array.from({ length: 5_000 }, () => pod);
  const server = createServer((_request, response) => {
    const before = response.listenerCount("close");
    void sendPods(pods, response).then(() => {
      listeners = [before, response.listenerCount("close")];
    });
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const [answer] = await once(get({ port, host: "127.0.0.1" }), "response");
  let text = "";
  for await (const chunk of answer.setEncoding("utf8")) text += chunk;
  assert.equal((JSON.parse(text) as unknown[]).length, 5_000);
  assert.equal(listeners[1], listeners[0]);
});
