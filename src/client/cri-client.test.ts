import assert from "node:assert/strict";
import { test } from "node:test";
import { doing, seconds, serve } from "../../test/fakes/cri-endpoint.ts";
import { loaderOptions } from "../cri/loader.ts";
import { rpc } from "../cri/rpc.ts";
import { CriError, type CriErrorKind } from "../model/error.ts";
import { CriClient } from "./cri-client.ts";
import { clientLoaderOptions } from "./protocol.ts";

const kinds: readonly CriErrorKind[] = [
  "Cancelled",
  "Unknown",
  "InvalidArgument",
  "DeadlineExceeded",
  "NotFound",
  "AlreadyExists",
  "PermissionDenied",
  "ResourceExhausted",
  "FailedPrecondition",
  "Aborted",
  "OutOfRange",
  "Unimplemented",
  "Internal",
  "Unavailable",
];

test("every kind of error goes over the wire and comes back as it was", async (t) => {
  const { client } = await serve(t, {
    RemoveContainer: rpc({
      mutating: true,
      decode: (wire: { containerId: string }) => Number(wire.containerId),
      run: (index) => {
        throw new CriError(kinds[index] ?? "Unknown", `message ${index}`);
      },
      encode: () => ({}),
    }),
  });
  for (const [index, kind] of kinds.entries()) {
    const call = client.runtime("RemoveContainer", { containerId: `${index}` }, seconds);
    await assert.rejects(call, { name: "CriError", kind, message: `message ${index}` });
  }
});

test("an endpoint must be a unix socket", () => {
  for (const endpoint of ["tcp://127.0.0.1:1", "run/x.sock", "unix://x", ""]) {
    assert.throws(() => new CriClient(endpoint), { kind: "InvalidArgument" });
  }
});

test("an endpoint that nobody serves is Unavailable, and named", async () => {
  using client = new CriClient("unix:///nonexistent/cri.sock");
  await assert.rejects(client.runtime("Version", {}, seconds), {
    kind: "Unavailable",
    message:
      "no CRI endpoint answers at unix:///nonexistent/cri.sock: connect ENOENT /nonexistent/cri.sock",
  });
});

test("a call with a signal that has aborted is not made", async (t) => {
  const made: string[] = [];
  const { client } = await serve(t, { Version: doing(() => made.push("Version")) });
  const signal = AbortSignal.abort();
  await assert.rejects(client.runtime("Version", {}, { ...seconds, signal }), {
    kind: "Cancelled",
  });
  assert.deepEqual(made, []);
});

test("an RPC that answers with a stream is not called as one with a single answer", async (t) => {
  const { client } = await serve(t, {});
  await assert.rejects(client.runtime("GetContainerEvents", {}, seconds), { kind: "Internal" });
});

test("client and server read messages alike", () => {
  assert.deepEqual(clientLoaderOptions, loaderOptions);
});
