import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { deadline, type Scene, shell } from "./scene.ts";
import { echoPort } from "./streaming-node.ts";

const call = { timeoutMillis: 10_000 };

/** What clients speak that are older than client-go of today. */
export function olderSpdyCases(scene: Scene): void {
  for (const protocol of ["v4", "v3", "v2"].map((version) => `${version}.channel.k8s.io`)) {
    test(`exec by ${protocol}`, deadline, async () => {
      const script = "cat; echo two >&2; exit 7";
      const steps = [{ write: "one" }, { expect: "one" }];
      const protocols = [protocol];
      const answer = await shell(scene, script, { stdin: true, stderr: true, steps, protocols });
      assert.equal(answer.stdout?.text, "one");
      assert.equal(answer.stderr?.text, "two\n");
      // Before v4 the exit code is in words only.
      if (answer.exitCode === undefined) assert.match(answer.error, /exit (?:code|status):? 7/);
      else assert.equal(answer.exitCode, 7);
    });
  }
}

/** The same for WebSocket, and what never was in client-go. */
export function olderWebSocketCases(scene: Scene): void {
  test("exec by v4.channel.k8s.io", deadline, async () => {
    const protocols = ["v4.channel.k8s.io"];
    const answer = await shell(scene, "echo one; echo two >&2; exit 7", {
      stderr: true,
      protocols,
    });
    assert.equal(answer.exitCode, 7);
    assert.equal(answer.stdout?.text, "one\n");
    assert.equal(answer.stderr?.text, "two\n");
  });

  for (const protocol of ["base64.channel.k8s.io", "v4.base64.channel.k8s.io"]) {
    test(`exec by ${protocol}`, deadline, async () => {
      const cmd = ["sh", "-c", "read -r line; echo got $line"];
      const streams = { stdin: true, stdout: true };
      const { containerId, client } = scene.node();
      const { url } = await client.runtime("Exec", { containerId, cmd, ...streams }, call);
      const socket = new WebSocket(url.replace("http:", "ws:"), [protocol]);
      let said = "";
      socket.addEventListener("message", ({ data }) => {
        const text = String(data);
        if (text.startsWith("1")) said += Buffer.from(text.slice(1), "base64").toString();
      });
      await once(socket, "open");
      socket.send(`0${Buffer.from("word\n").toString("base64")}`);
      await once(socket, "close");
      assert.equal(said, "got word\n");
    });
  }

  test("port-forward by v4.channel.k8s.io", deadline, async () => {
    const { podSandboxId, client } = scene.node();
    const port = [echoPort];
    const { url } = await client.runtime("PortForward", { podSandboxId, port }, call);
    const socket = new WebSocket(url.replace("http:", "ws:"), ["v4.channel.k8s.io"]);
    socket.binaryType = "arraybuffer";
    const said: Buffer[] = [];
    socket.addEventListener("message", ({ data }) => said.push(Buffer.from(data as ArrayBuffer)));
    await once(socket, "open");
    socket.send(Buffer.from("\u0000ping"));
    while (!said.some((message) => message.includes("ping"))) await once(socket, "message");
    const closed = once(socket, "close");
    socket.close();
    await closed;
    // Both channels begin with their port, little endian.
    const head = Buffer.from([0, echoPort & 0xff, echoPort >> 8]);
    assert.ok(said.some((message) => message.equals(head)));
    assert.ok(said.some((message) => message.equals(Buffer.from("\u0000ping"))));
  });
}
