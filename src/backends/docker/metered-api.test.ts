import assert from "node:assert/strict";
import { test } from "node:test";
import { CriError } from "../../model/error.ts";
import type { Clock, Meter } from "../../model/ports.ts";
import type { DockerApi } from "./client.ts";
import { meteredDocker, routeOf } from "./metered-api.ts";

const routes = [
  ["/info", "/info"],
  ["/containers/json", "/containers/json"],
  ["/containers/create", "/containers/create"],
  ["/containers/0a1b", "/containers/{id}"],
  ["/containers/0a1b/start", "/containers/{id}/start"],
  ["/images/127.0.0.1:5000/a/b:1/json", "/images/{id}/json"],
  ["/images/127.0.0.1:5000/a/b:1", "/images/{id}"],
  ["/exec/0a1b/start", "/exec/{id}/start"],
  ["/system/df", "/system/df"],
] as const;

for (const [path, route] of routes) {
  test(`${path} is counted as ${route}`, () => assert.equal(routeOf(path), route));
}

test("calls are timed by route and outcome, and their answers pass through", async () => {
  const told: unknown[] = [];
  let millis = 0;
  const clock = { monotonicMillis: () => (millis += 500) } as unknown as Clock;
  const meter: Meter = {
    count: () => undefined,
    gauge: () => undefined,
    observe: (_, value, labels) => told.push([value, labels?.["call"], labels?.["code"]]),
  };
  const inner = {
    endpoint: "unix:///x",
    call: async ({ method }: { method: string }) => {
      if (method === "DELETE") throw new CriError("NotFound", "none");
      return 7;
    },
  } as unknown as DockerApi;
  const api = meteredDocker(inner, { clock, meter });
  const { signal } = new AbortController();
  assert.equal(await api.call({ method: "GET", path: "/info" }, signal), 7);
  await assert.rejects(api.call({ method: "DELETE", path: "/containers/a" }, signal), CriError);
  assert.deepEqual(told, [
    [0.5, "GET /info", "OK"],
    [0.5, "DELETE /containers/{id}", "NotFound"],
  ]);
});
