import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { eventually } from "../../test/harness/eventually.ts";
import { systemClock } from "../host/clock.ts";
import type { PodOverview } from "../model/overview.ts";
import type { Log } from "../model/ports.ts";
import { startAdminServer } from "./admin-server.ts";

const nothing = (): void => undefined;
const log: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => log,
};
const podNamed = (name: string) => ({ name }) as PodOverview;

async function bench(pods: readonly PodOverview[] = [podNamed("a"), podNamed("b")]) {
  const folder = await mkdtemp(join(tmpdir(), "cf-admin-"));
  const socket = join(folder, "admin.sock");
  const options = { socket, pods: () => pods, clock: systemClock, log };
  const server = await startAdminServer(options);
  const open = (path: string, method = "GET") => request({ socketPath: socket, path, method });
  const answerTo = async (path: string, method?: string) => {
    const asked = open(path, method).end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    return { status: answer.statusCode, text: await text(answer) };
  };
  return {
    socket,
    options,
    server,
    open,
    answerTo,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

test("the socket is for root alone, one process serves it, and it goes with the server", async () => {
  const at = await bench();
  assert.equal(statSync(at.socket).mode & 0o777, 0o600);
  await assert.rejects(startAdminServer(at.options), { message: /set admin\.socket to another/ });
  await at[Symbol.asyncDispose]();
  assert.equal(existsSync(at.socket), false);
});

test("pods are shown as one JSON array, however many there are", async () => {
  const many = Array.from({ length: 1234 }, (_, index) => podNamed(`pod-${index}`));
  for (const pods of [[], [podNamed("a")], many]) {
    await using at = await bench(pods);
    const { status, text: body } = await at.answerTo("/debug/pods");
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(body), pods);
  }
});

test("a heap snapshot is one that tools can read", async () => {
  await using at = await bench();
  const { status, text: body } = await at.answerTo("/debug/heap");
  assert.equal(status, 200);
  const snapshot = JSON.parse(body) as { readonly snapshot: { readonly node_count: number } };
  assert.ok(snapshot.snapshot.node_count > 1000);
});

test("a CPU profile lasts as long as asked, and nobody gets another meanwhile", async () => {
  await using at = await bench();
  const first = at.answerTo("/debug/cpu?seconds=1");
  await eventually("the first is under way", async () =>
    (await at.answerTo("/debug/heap")).status === 409 ? true : undefined,
  );
  const { status, text: body } = await first;
  assert.equal(status, 200);
  const profile = JSON.parse(body) as Readonly<Record<"startTime" | "endTime", number>>;
  assert.ok(profile.endTime - profile.startTime >= 900_000);
  assert.equal((await at.answerTo("/debug/cpu?seconds=1")).status, 200);
});

test("a client that goes away ends its profile", async () => {
  await using at = await bench();
  const asked = at.open("/debug/cpu?seconds=60").end();
  asked.on("error", nothing);
  await eventually("it is under way", async () =>
    (await at.answerTo("/debug/heap")).status === 409 ? true : undefined,
  );
  asked.destroy();
  await eventually("another can be taken", async () =>
    (await at.answerTo("/debug/cpu?seconds=1")).status === 200 ? true : undefined,
  );
});

test("what makes no sense is refused in words", async () => {
  await using at = await bench();
  for (const seconds of ["0", "61", "-1", "1.5", "x", ""]) {
    const { status, text: body } = await at.answerTo(`/debug/cpu?seconds=${seconds}`);
    assert.deepEqual([status, body], [400, "seconds must be a whole number from 1 to 60\n"]);
  }
  assert.equal((await at.answerTo("/debug/pods", "POST")).status, 405);
  for (const path of ["/", "//", "/debug"])
    assert.match((await at.answerTo(path)).text, /^here are \/debug\/pods, /);
});

test("the server ends though a profile is being taken", async () => {
  const at = await bench();
  const asked = at.open("/debug/cpu?seconds=60").end();
  const failed = once(asked, "error").catch((thrown: unknown) => thrown);
  await eventually("it is under way", async () =>
    (await at.answerTo("/debug/heap")).status === 409 ? true : undefined,
  );
  await at[Symbol.asyncDispose]();
  await failed;
});
