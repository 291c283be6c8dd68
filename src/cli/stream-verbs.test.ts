import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { echoPort } from "../../test/contract/fake-io.ts";
import { type CliNode, recordingTerminal, startCliNode } from "../../test/fakes/command-line.ts";
import { eventually } from "../../test/harness/eventually.ts";
import type { TerminalSize } from "../model/streaming.ts";
import type { Terminal } from "./verb.ts";

const manifest = `kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers: [{name: main, image: "registry.test/app:1", stdin: true, command: [cat]}]
`;

/** A node with the pod `web`, whose container `main` runs. */
async function nodeWithPod(t: TestContext): Promise<CliNode> {
  const node = await startCliNode(t);
  const file = await node.manifest(manifest);
  const { code, err } = await node.verb("run", "--log-root", `${node.folder}/logs`, file);
  assert.equal(code, 0, err);
  return node;
}

/** A user at a terminal, or with a pipe for input. */
function user({ atTerminal = false } = {}) {
  const { terminal: output, written } = recordingTerminal();
  const stream = new PassThrough();
  const interrupt = Promise.withResolvers<void>();
  const screen = { size: { width: 80, height: 24 } as TerminalSize, isRaw: false };
  const listeners = new Set<() => void>();
  const terminal: Terminal = {
    ...output,
    interrupted: () => interrupt.promise,
    input: () => ({
      stream,
      screen: atTerminal
        ? {
            size: () => screen.size,
            onResize: (changed) => {
              listeners.add(changed);
              return { [Symbol.dispose]: () => void listeners.delete(changed) };
            },
            raw: () => {
              screen.isRaw = true;
              return { [Symbol.dispose]: () => void (screen.isRaw = false) };
            },
          }
        : undefined,
    }),
  };
  const resize = (size: TerminalSize): void => {
    screen.size = size;
    for (const changed of listeners) changed();
  };
  return { terminal, stream, written, screen, listeners, resize, interrupt: interrupt.resolve };
}

test("exec passes both outputs and the exit code on", async (t) => {
  const node = await nodeWithPod(t);
  const said = await node.verb("exec", "web", "--", "say", "out", "err");
  assert.deepEqual(said, { code: 0, out: "out", err: "err" });
  assert.equal((await node.verb("exec", "main", "--", "exit", "7")).code, 7);
  const missing = await node.verb("exec", "main", "--", "cannot", "run");
  assert.equal(missing.code, 127);
});

test("exec -i passes the input on to its end", async (t) => {
  const node = await nodeWithPod(t);
  const { terminal, stream, written } = user();
  stream.end("one\ntwo");
  assert.equal(await node.verbOn(terminal, "exec", "-i", "main", "--", "cat"), 0);
  assert.equal(written.out, "one\ntwo");
});

test("exec -it has the terminal's sizes and every key, and leaves the terminal as it was", async (t) => {
  const node = await nodeWithPod(t);
  const { terminal, stream, written, screen, listeners, resize } = user({ atTerminal: true });
  const sizes = node.verbOn(terminal, "exec", "-t", "main", "--", "sizes");
  await eventually("its size", () => written.out.includes("24 80") || undefined);
  resize({ width: 120, height: 40 });
  await eventually("its new size", () => written.out.includes("40 120") || undefined);
  assert.equal(screen.isRaw, false, "without -i ^C is the user's own");
  resize({ width: 1, height: 1 });
  assert.equal(await sizes, 0);
  const typing = node.verbOn(terminal, "exec", "-it", "main", "--", "cat");
  stream.write("\x03");
  await eventually("the key", () => written.out.includes("\x03") || undefined);
  assert.equal(screen.isRaw, true);
  stream.end();
  assert.equal(await typing, 0);
  assert.equal(screen.isRaw, false);
  assert.equal(listeners.size, 0);
});

test("-t without a terminal is said, and goes on without", async (t) => {
  const node = await nodeWithPod(t);
  const { terminal, written } = user();
  const code = await node.verbOn(terminal, "exec", "-t", "main", "--", "say", "out", "err");
  assert.equal(code, 0);
  assert.deepEqual(written, {
    out: "out",
    err: "cri-ferry: no terminal (-t): our input is none\nerr",
  });
});

test("exec with a timeout ends a command that lasts longer", async (t) => {
  const node = await nodeWithPod(t);
  const outcome = await node.verb("exec", "--timeout", "0.2", "main", "--", "run");
  assert.deepEqual(outcome, {
    code: 1,
    out: "",
    err: "cri-ferry: the command did not end within 0.2 s\n",
  });
});

test("exec --output json is one object of a command that has ended", async (t) => {
  const node = await nodeWithPod(t);
  const { code, out } = await node.verb("exec", "--output", "json", "main", "--", "true", "-x");
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(out), { exitCode: 0, stdout: "true -x", stderr: "" });
});

test("attach joins the container's streams until the container ends", async (t) => {
  const node = await nodeWithPod(t);
  const { terminal, stream, written } = user();
  const attached = node.verbOn(terminal, "attach", "-i", "main");
  stream.write("hello");
  await eventually("the echo", () => written.out.includes("hello") || undefined);
  assert.equal((await node.verb("stop", "--grace", "0", "web")).code, 0);
  assert.equal(await attached, 0);
});

test("port-forward listens on both loopbacks, says where, tells of a refused port and goes on until ^C", async (t) => {
  const node = await nodeWithPod(t);
  const { terminal, written, interrupt } = user();
  const ended = node.verbOn(terminal, "port-forward", "web", `:${echoPort}`, ":9");
  const ports = await eventually("it listens", () => {
    const found = [...written.out.matchAll(/^Forwarding from 127\.0\.0\.1:(\d+) -> (\d+)$/gm)];
    return found.length === 2 ? found.map(([, local]) => Number(local)) : undefined;
  });
  assert.match(
    written.out,
    new RegExp(`^Forwarding from \\[::1\\]:${ports[0]} -> ${echoPort}$`, "m"),
  );
  const echo = async (host: string, words: string) => {
    const socket = connect({ host, port: ports[0] ?? 0, allowHalfOpen: true });
    socket.end(words);
    assert.equal(await text(socket), words);
  };
  await echo("127.0.0.1", "first");
  const refused = connect({ host: "127.0.0.1", port: ports[1] ?? 0 });
  refused.on("error", () => undefined);
  await once(refused, "close");
  await eventually("the complaint", () => /port 9: .*refused/.test(written.err) || undefined);
  await Promise.all(Array.from({ length: 20 }, (_, index) => echo("::1", `number ${index}`)));
  interrupt();
  assert.equal(await ended, 0);
  await assert.rejects(echo("127.0.0.1", "late"));
});

test("a pod, a container or a local port that cannot be had is one clear error", async (t) => {
  const node = await nodeWithPod(t);
  assert.deepEqual(await node.verb("port-forward", "nobody", "80"), {
    code: 1,
    out: "",
    err: "cri-ferry: there is no pod nobody\n",
  });
  assert.equal(
    (await node.verb("attach", "nobody")).err,
    "cri-ferry: there is no container nobody\n",
  );
  const port = await takenPort(t);
  const clash = await node.verb("port-forward", "web", `${port}:80`);
  assert.deepEqual([clash.code, clash.err], [1, `cri-ferry: 127.0.0.1:${port} is taken\n`]);
});

async function takenPort(t: TestContext): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return (server.address() as { readonly port: number }).port;
}
