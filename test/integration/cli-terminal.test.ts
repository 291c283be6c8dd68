import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type CliNode, startCliNode } from "../fakes/command-line.ts";
import { command } from "../harness/command.ts";
import { eventually } from "../harness/eventually.ts";

/*
 * The command line on a terminal of the kernel's own, made by script(1) of util-linux; the endpoint has a fake engine.
 */

const manifest = `kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers: [{name: main, image: "registry.test/app:1", stdin: true, command: [cat]}]
`;
const main = join(import.meta.dirname, "../../src/main.ts");

/** A shell script that runs on a terminal, in which `cri-ferry` is our command. */
class Terminal {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown[]>;
  readonly #ttyFile: string;
  #said = "";

  constructor(node: CliNode, script: string) {
    this.#ttyFile = join(node.folder, "tty");
    // Behind `--` everything is the container's.
    const ferry = `cri-ferry() { verb=$1; shift; "${process.execPath}" "${main}" "$verb" --endpoint "${node.socket}" "$@"; }`;
    const code = `tty >"${this.#ttyFile}"; ${ferry}; ${script}`;
    this.#child = spawn(
      "script",
      ["--quiet", "--flush", "--return", "--command", code, "/dev/null"],
      {
        env: { ...process.env, SHELL: "/bin/bash" },
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    this.#exit = once(this.#child, "exit");
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.#said += text));
  }

  /** Changes settings from outside; returns them all when none is given. */
  async settings(...changes: readonly string[]): Promise<string> {
    const tty = (await readFile(this.#ttyFile, "utf8")).trim();
    return await command("stty", ["-F", tty, ...(changes.length === 0 ? ["-a"] : changes)]);
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  async said(text: string | RegExp): Promise<void> {
    await eventually(
      `the terminal shows ${String(text)}`,
      () =>
        (typeof text === "string" ? this.#said.includes(text) : text.test(this.#said)) || undefined,
    ).catch((thrown: unknown) => {
      throw new Error(`shown: ${JSON.stringify(this.#said)}`, { cause: thrown });
    });
  }

  async ended(): Promise<number> {
    const [code] = await this.#exit;
    return Number(code);
  }
}

async function nodeWithPod(t: TestContext): Promise<CliNode> {
  const node = await startCliNode(t);
  const file = await node.manifest(manifest);
  assert.equal((await node.verb("run", "--log-root", `${node.folder}/logs`, file)).code, 0);
  return node;
}

test("keys go to the container one by one, ^C and ^D too, and the terminal is then as it was", async (t) => {
  const node = await nodeWithPod(t);
  const terminal = new Terminal(node, "cri-ferry attach -it main; echo code $?; stty -a");
  await eventually("every key is passed on", async () =>
    (await terminal.settings()).includes("-icanon") ? true : undefined,
  );
  terminal.type("a\x03b\x04c");
  await terminal.said("a\x03b\x04c");
  await node.verb("stop", "--grace", "0", "web");
  await terminal.said("code 0");
  await terminal.said(/[^-]icanon/);
  assert.equal(await terminal.ended(), 0);
});

test("a new size of the terminal is a new size there", async (t) => {
  const node = await nodeWithPod(t);
  const terminal = new Terminal(node, "stty rows 30 cols 100; cri-ferry exec -it main -- sizes");
  await terminal.said("30 100");
  await terminal.settings("rows", "40", "cols", "120");
  await terminal.said("40 120");
  await terminal.settings("rows", "1", "cols", "1");
  assert.equal(await terminal.ended(), 0);
});

test("an exit code is ours, and the terminal is cooked again", async (t) => {
  const node = await nodeWithPod(t);
  const script = "cri-ferry exec -it main -- exit 7; echo code $?; stty -a; exit 5";
  const terminal = new Terminal(node, script);
  await terminal.said("code 7");
  await terminal.said(/[^-]icanon/);
  await terminal.said(/[^-]echo /);
  assert.equal(await terminal.ended(), 5);
});

test("^C ends a command that was started without a terminal, and port-forward", async (t) => {
  const node = await nodeWithPod(t);
  const exec = new Terminal(node, "trap : INT; cri-ferry exec main -- run; echo code $?");
  await eventually("the command runs", () => node.fake.backend.calls.includes("exec") || undefined);
  exec.type("\x03");
  await exec.said("code 130");
  await exec.ended();
  const forward = new Terminal(node, "trap : INT; cri-ferry port-forward web :7; echo code $?");
  await forward.said("Forwarding from 127.0.0.1:");
  forward.type("\x03");
  await forward.said("code 0");
  await forward.ended();
});
