import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import {
  execRequest,
  openSpdy,
  readAll,
  soon,
  startStreaming,
} from "../../test/fakes/streaming-node.ts";

const folder = mkdtempSync(join(tmpdir(), "cf-streaming-"));
after(() => rmSync(folder, { recursive: true }));

/** Writes a certificate for 127.0.0.1 with its key. */
function certify(name: string): { readonly tlsCert: string; readonly tlsKey: string } {
  const files = { tlsCert: join(folder, `${name}.crt`), tlsKey: join(folder, `${name}.key`) };
  const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
  const subject = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1"];
  const output = ["-out", files.tlsCert, "-keyout", files.tlsKey];
  execFileSync("openssl", [...words.split(" "), ...subject, ...output], { stdio: "ignore" });
  return files;
}

test("with a certificate sessions come in by https, and a new certificate is used without a restart", async (t) => {
  const [first, second] = [certify("first"), certify("second")];
  const { server } = await startStreaming(t, { ...first, reloadMillis: 5 });
  const run = async (trusted: string): Promise<string> => {
    const url = server.exec(execRequest(["echo"]));
    assert.match(url, /^https:\/\/127\.0\.0\.1:\d+\/exec\//);
    const types = ["error", "stdin", "stdout", "stderr"];
    const ca = readFileSync(trusted, "utf8");
    const { streams } = await openSpdy(url, types, { ca });
    streams["stdin"]?.end("x".repeat(1_000_000));
    return (await readAll(streams["stdout"])).length + (await readAll(streams["error"]));
  };
  const [firstCert, secondCert] = [join(folder, "1"), second.tlsCert];
  copyFileSync(first.tlsCert, firstCert);
  assert.equal(await run(firstCert), '1000000{"status":"Success"}');
  await assert.rejects(run(secondCert), { kind: "Unavailable" });
  copyFileSync(second.tlsCert, first.tlsCert);
  copyFileSync(second.tlsKey, first.tlsKey);
  const signal = soon();
  while ((await run(secondCert).catch(() => "")) === "") {
    signal.throwIfAborted();
    await setTimeout(5);
  }
});

test("a certificate that cannot be used is told at the start", async (t) => {
  const { tlsCert } = certify("one");
  const { tlsKey } = certify("other");
  await assert.rejects(startStreaming(t, { tlsCert, tlsKey }), {
    kind: "FailedPrecondition",
    message: /^streaming\.tlsCert with streaming\.tlsKey cannot be used/,
  });
});

test("stopping waits for nobody who says nothing", async (t) => {
  const { server } = await startStreaming(t, certify("silent"));
  const [, host = "", port] = /^(.*):(\d+)$/.exec(server.address) ?? [];
  const socket = connect({ host, port: Number(port) });
  await once(socket, "connect");
  const closed = once(socket, "close");
  socket.on("error", () => undefined).resume();
  await server[Symbol.asyncDispose]();
  await closed;
});
