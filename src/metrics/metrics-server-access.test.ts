import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { TLSSocket } from "node:tls";
import { eventually } from "../../test/harness/eventually.ts";
import { systemClock } from "../host/clock.ts";
import type { Log, LogFields } from "../model/ports.ts";
import { ready } from "../model/runtime.ts";
import type { MetricsRoutes } from "./metrics-routes.ts";
import { type MetricsServerOptions, startMetricsServer } from "./metrics-server.ts";
import { readinessOf } from "./readiness.ts";

const folder = mkdtempSync(join(tmpdir(), "cf-metrics-"));
after(() => rmSync(folder, { recursive: true }));

/** Writes a certificate for 127.0.0.1 with its key, `NAME.crt` and `NAME.key`. */
function certify(name: string): { readonly tlsCert: string; readonly tlsKey: string } {
  const files = { tlsCert: join(folder, `${name}.crt`), tlsKey: join(folder, `${name}.key`) };
  const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
  const subject = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1"];
  const output = ["-out", files.tlsCert, "-keyout", files.tlsKey];
  execFileSync("openssl", [...words.split(" "), ...subject, ...output], { stdio: "ignore" });
  return files;
}

const routes: MetricsRoutes = {
  metrics: { render: async () => ({ contentType: "text/plain", body: "a 1\n" }) },
  readiness: () => readinessOf([], ready),
  sendPods: async (response) => void response.end("[]"),
};

function start(more: Partial<MetricsServerOptions>) {
  const lines: string[] = [];
  const note = (message: string, fields?: LogFields): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log };
  const files = { tlsCert: "", tlsKey: "", tokenFile: "" };
  const common = { address: "127.0.0.1:0", routes, clock: systemClock, log, reloadMillis: 5 };
  return { lines, starting: startMetricsServer({ ...files, ...common, ...more }) };
}

/** The status of an answer over TLS, and the name on the certificate. */
async function ask(address: string, ca: string): Promise<readonly [number, string]> {
  const asked = request(`https://${address}/metrics`, { ca: readFileSync(ca), agent: false }).end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  answer.resume();
  const socket = answer.socket as TLSSocket;
  return [answer.statusCode ?? 0, String(socket.getPeerCertificate().subject?.CN)];
}

test("with a certificate it speaks TLS, and a new pair is used without a restart", async () => {
  const first = certify("first");
  const second = certify("second");
  const { starting, lines } = start(first);
  await using server = await starting;
  assert.deepEqual(await ask(server.address, first.tlsCert), [200, "first"]);
  // The new certificate without its key is no pair: the old one stays.
  writeFileSync(first.tlsCert, readFileSync(second.tlsCert));
  await eventually("the half change is told", () =>
    lines.some((line) => line.includes("cannot be used")) ? true : undefined,
  );
  writeFileSync(first.tlsKey, readFileSync(second.tlsKey));
  const shown = await eventually("the new certificate", () => ask(server.address, second.tlsCert));
  assert.deepEqual(shown, [200, "second"]);
  assert.doesNotMatch(lines.join(), /PRIVATE/);
});

test("a key that is another certificate's is refused at the start", async () => {
  const [one, other] = [certify("one"), certify("other")];
  await assert.rejects(start({ ...one, tlsKey: other.tlsKey }).starting, {
    kind: "FailedPrecondition",
    message: /^metrics\.tlsCert with metrics\.tlsKey cannot be used/,
  });
});

test("with a token all but the plain health asks for it, and a new one replaces it", async () => {
  const tokenFile = join(folder, "token");
  writeFileSync(tokenFile, "first-secret\n");
  const { starting, lines } = start({ tokenFile });
  await using server = await starting;
  const statusOf = async (path: string, token?: string): Promise<number> => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return (await fetch(`http://${server.address}${path}`, { headers })).status;
  };
  for (const path of ["/metrics", "/debug/pods", "/readyz?verbose"]) {
    assert.equal(await statusOf(path), 401, path);
    assert.equal(await statusOf(path, "wrong"), 401, path);
    assert.notEqual(await statusOf(path, "first-secret"), 401, path);
  }
  assert.equal(await statusOf("/healthz"), 200);
  assert.equal(await statusOf("/readyz"), 503);
  writeFileSync(tokenFile, "second-secret");
  await eventually("the new token", async () =>
    (await statusOf("/metrics", "second-secret")) === 200 ? true : undefined,
  );
  assert.equal(await statusOf("/metrics", "first-secret"), 401);
  assert.doesNotMatch(lines.join(), /secret/);
});

test("a token's file that holds none is refused at the start, without its text", async () => {
  const tokenFile = join(folder, "bad-token");
  writeFileSync(tokenFile, "my secret\n");
  await assert.rejects(start({ tokenFile }).starting, (thrown: Error) => {
    assert.match(thrown.message, /^metrics\.tokenFile cannot be used/);
    assert.doesNotMatch(thrown.message, /my secret/);
    return true;
  });
});
