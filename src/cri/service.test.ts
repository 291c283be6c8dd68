import assert from "node:assert/strict";
import { test } from "node:test";
import { doing, rawCall, seconds, sendRaw, serve, version } from "../../test/fakes/cri-endpoint.ts";
import type { CriError } from "../model/error.ts";

test("RPCs that are not there answer Unimplemented, streams as well", async (t) => {
  const { socket, client } = await serve(t, { Version: version });
  await assert.rejects(client.runtime("CheckpointPod", {}, seconds), {
    kind: "Unimplemented",
    message: "cri-ferry does not implement CheckpointPod",
  });
  const answer = await rawCall(
    socket,
    "/runtime.v1.RuntimeService/GetContainerEvents",
    Buffer.alloc(0),
  );
  assert.equal(answer["grpc-status"], "12");
  assert.match(decodeURI(String(answer["grpc-message"])), /GetContainerEvents/);
  const unknown = await rawCall(
    socket,
    "/runtime.v1alpha2.RuntimeService/Version",
    Buffer.alloc(0),
  );
  assert.equal(unknown["grpc-status"], "12");
});

test("requests of 6 MiB pass, of 17 MiB are refused, and the next call works", async (t) => {
  const { client } = await serve(t, {
    Version: doing((wire: { version: string }) => ({ runtimeVersion: `${wire.version.length}` })),
  });
  const six = await client.runtime("Version", { version: "x".repeat(6 * 2 ** 20) }, seconds);
  assert.equal(six.runtimeVersion, `${6 * 2 ** 20}`);
  const raised = new Error("refused");
  await assert.rejects(
    client
      .runtime("Version", { version: "x".repeat(17 * 2 ** 20) }, seconds)
      .catch((error: CriError) => {
        assert.equal(error.kind, "ResourceExhausted");
        throw raised;
      }),
    raised,
  );
  await client.runtime("Version", {}, seconds);
});

test("garbage on the socket hurts nobody", async (t) => {
  const { socket, client } = await serve(t, { Version: version, StopContainer: doing(() => ({})) });
  const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  const settings = Buffer.from("000000040000000000", "hex");
  const raw = [
    Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    Buffer.alloc(100_000, 0xff),
    Buffer.alloc(3),
    preface,
    Buffer.concat([preface, Buffer.alloc(10_000, 0x41)]),
    Buffer.concat([
      preface,
      settings,
      Buffer.from("ffffff010500000001", "hex"),
      Buffer.alloc(5000, 1),
    ]),
    Buffer.concat([preface, settings, Buffer.from("000004010500000001ffffffff", "hex")]),
  ];
  for (const bytes of raw) await sendRaw(socket, bytes);
  const path = "/runtime.v1.RuntimeService/StopContainer";
  const frames = [
    "",
    "01",
    "00ffffffff",
    "0000000003ffffff",
    "00000000010f",
    "0100000001aa",
    "0000000001",
  ];
  for (const frame of frames) {
    const answer = await rawCall(socket, path, Buffer.from(frame, "hex"));
    assert.notEqual(answer["grpc-status"], "0", frame);
  }
  await client.runtime("Version", {}, seconds);
});
