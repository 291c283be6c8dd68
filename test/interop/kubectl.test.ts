import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { whyNoGo } from "./go-program.ts";
import { echoPort, StreamingNode } from "./streaming-node.ts";

const kubectlPresent = (process.env["PATH"] ?? "")
  .split(delimiter)
  .some((folder) => existsSync(join(folder, "kubectl")));
const lacking = kubectlPresent ? whyNoGo() : "kubectl is needed; scripts/setup.sh gets it";
const deadline = { timeout: 120_000 };

describe("kubectl", { skip: lacking ?? false }, () => {
  const stack = new AsyncDisposableStack();
  let node: StreamingNode;
  let folder: string;
  let server: string;
  let pod: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cf-kubectl-"));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    node = stack.use(await StreamingNode.start());
    const api = spawn(node.program, ["apiserver", "-cri", node.endpoint.socket]);
    stack.defer(() => void api.stdin.end());
    server = String((await once(api.stdout, "data"))[0]).trim();
    pod = `${node.containerId}.${node.podSandboxId}`;
  });
  after(() => stack.disposeAsync());

  function start(...args: readonly string[]): ChildProcess {
    const env = { ...process.env, HOME: folder, KUBECONFIG: join(folder, "none") };
    return spawn("kubectl", ["--server", server, ...args], { env });
  }

  /** Runs it to its end with that input. */
  async function kubectl(args: readonly string[], input = "") {
    const child = start(...args);
    child.stdin?.end(input);
    const [stdout, stderr, [exitCode]] = await Promise.all([
      child.stdout === null ? "" : text(child.stdout),
      child.stderr === null ? "" : text(child.stderr),
      once(child, "close") as Promise<[number | null]>,
    ]);
    return { stdout, stderr, exitCode };
  }

  test("exec has stdin, both outputs and the exit code", deadline, async () => {
    const script = "cat; echo said >&2; exit 7";
    const answer = await kubectl(["exec", "-i", pod, "--", "sh", "-c", script], "given");
    assert.equal(answer.stdout, "given");
    assert.match(answer.stderr, /^said$/m);
    assert.equal(answer.exitCode, 7);
  });

  test("exec of a command that is missing fails and names it", deadline, async () => {
    const answer = await kubectl(["exec", pod, "--", "no-such-command"]);
    assert.notEqual(answer.exitCode, 0);
    assert.match(answer.stdout + answer.stderr, /no-such-command/);
  });

  test("cp brings a file there and back", deadline, async () => {
    const [sent, back] = [join(folder, "sent"), join(folder, "back")];
    await writeFile(sent, Buffer.alloc(3 << 20, "some text that is long enough"));
    const there = await kubectl(["cp", sent, `${pod}:/tmp/file`]);
    assert.equal(there.exitCode, 0, there.stderr);
    const again = await kubectl(["cp", `${pod}:/tmp/file`, back]);
    assert.equal(again.exitCode, 0, again.stderr);
    assert.ok((await readFile(sent)).equals(await readFile(back)));
  });

  test("attach gives what the container says and takes what it is told", deadline, async () => {
    const command = ["sh", "-c", 'while read -r line; do echo "got $line"; done'];
    const containerId = await node.startContainer("attached", { command, stdin: true });
    const child = start("attach", "-i", `${containerId}.${node.podSandboxId}`);
    let said = "";
    child.stdout?.setEncoding("utf8").on("data", (piece: string) => {
      said += piece;
    });
    child.stdin?.write("word\n");
    await eventually("the container's answer", () =>
      said.includes("got word") ? true : undefined,
    );
    const closed = once(child, "close");
    child.kill("SIGKILL");
    await closed;
    const { status } = await node.client.runtime(
      "ContainerStatus",
      { containerId },
      { timeoutMillis: 10_000 },
    );
    assert.equal(status?.state, "CONTAINER_RUNNING");
  });

  test("port-forward reaches a port of the pod", deadline, async () => {
    const child = start("port-forward", `pod/${pod}`, `:${echoPort}`);
    let said = "";
    child.stdout?.setEncoding("utf8").on("data", (piece: string) => {
      said += piece;
    });
    const port = await eventually("the local port", () => /127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
    for (let round = 0; round < 3; round += 1) {
      const socket = connect(Number(port), "127.0.0.1");
      socket.end(`round ${round}`);
      assert.equal(await text(socket), `round ${round}`);
    }
    const closed = once(child, "close");
    child.kill("SIGTERM");
    await closed;
  });
});
