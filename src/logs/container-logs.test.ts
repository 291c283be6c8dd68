import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { JsonLogWriter } from "../../test/fixtures/json-log-writer.ts";
import { eventually } from "../../test/harness/eventually.ts";
import { silentLog } from "../../test/integration/silent-log.ts";
import { systemClock } from "../host/clock.ts";
import { CriError } from "../model/error.ts";
import { ContainerLogs } from "./container-logs.ts";

const { signal } = new AbortController();

/** A node with docker's folders and the kubelet's. */
class Node implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "cri-ferry-node-"));
  #logs = this.#make();

  get logs(): ContainerLogs {
    return this.#logs;
  }

  #make(): ContainerLogs {
    return new ContainerLogs({
      stateDir: join(this.folder, "state"),
      clock: systemClock,
      log: silentLog,
      meter: { count: () => undefined, observe: () => undefined, gauge: () => undefined },
      ensureFolders: (paths) => {
        for (const path of paths) mkdirSync(path, { recursive: true });
        return Promise.resolve();
      },
      tickMillis: 20,
    });
  }

  async restart(): Promise<void> {
    await this.#logs.stop();
    this.#logs = this.#make();
    await this.#logs.start();
  }

  /** Docker's side of a container. */
  container(name: string): JsonLogWriter {
    mkdirSync(join(this.folder, name), { recursive: true });
    return new JsonLogWriter(join(this.folder, name, "x-json.log"), {
      maxBytes: 2_000,
      maxFiles: 9,
    });
  }

  logFile(name: string): string {
    return join(this.folder, "pods", name, "0.log");
  }

  async follow(name: string): Promise<void> {
    const jsonFile = join(this.folder, name, "x-json.log");
    await this.#logs.follow({ containerId: name, jsonFile, logFile: this.logFile(name) }, signal);
  }

  lines(name: string, suffix = ""): readonly string[] {
    const text = readFileSync(this.logFile(name) + suffix, "utf8");
    return text
      .split("\n")
      .slice(0, -1)
      .map((line) => line.split(" ").slice(3).join(" "));
  }

  async shows(name: string, count: number): Promise<void> {
    await eventually(`${count} lines of ${name}`, () =>
      this.lines(name).length === count ? true : undefined,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#logs.stop();
    rmSync(this.folder, { recursive: true });
  }
}

async function startNode(): Promise<Node> {
  const node = new Node();
  await node.logs.start();
  return node;
}

test("what is written before, while and after following is in the log when it is finished", async () => {
  await using node = await startNode();
  const docker = node.container("a");
  docker.write("before\n");
  await node.follow("a");
  await node.follow("a");
  await node.shows("a", 1);
  for (let index = 0; index < 200; index += 1) docker.write(`line ${index}\n`);
  await node.logs.finish("a", signal);
  assert.equal(node.lines("a").length, 201);
  assert.deepEqual(node.lines("a").at(-1), "line 199");
});

test("lines arrive by themselves, also of a json-file that is made later", async () => {
  await using node = await startNode();
  const docker = node.container("a");
  await node.follow("a");
  for (let count = 1; count < 5; count += 1) {
    docker.write("line\n");
    await node.shows("a", count);
  }
});

test("a folder that cannot be watched is looked at now and then", async () => {
  await using node = await startNode();
  await node.follow("late");
  node.container("late").write("line\n");
  await node.shows("late", 1);
});

test("after a stop the next process goes on where this one was", async () => {
  await using node = await startNode();
  const docker = node.container("a");
  await node.follow("a");
  docker.write("one\n");
  await node.shows("a", 1);
  await node.restart();
  docker.write("two\n");
  await node.follow("a");
  await node.logs.finish("a", signal);
  await node.restart();
  await node.follow("a");
  await node.logs.finish("a", signal);
  assert.deepEqual(node.lines("a"), ["one", "two"]);
});

test("after a rename and a reopen the next line is in the new file", async () => {
  await using node = await startNode();
  const docker = node.container("a");
  await node.follow("a");
  docker.write("one\n");
  await node.shows("a", 1);
  renameSync(node.logFile("a"), `${node.logFile("a")}.old`);
  await node.logs.reopen("a", signal);
  assert.deepEqual(node.lines("a"), []);
  docker.write("two\n");
  await node.shows("a", 1);
  assert.deepEqual([node.lines("a", ".old"), node.lines("a")], [["one"], ["two"]]);
});

test("how far the log is behind is told while it cannot be written, and it is nothing once all is there", async () => {
  await using node = await startNode();
  const docker = node.container("a");
  await node.follow("a");
  docker.write("one\n");
  await node.shows("a", 1);
  assert.deepEqual(node.logs.lag(), { followed: 1, lagBytes: 0, largestLagBytes: 0 });
  // In the same turn of the event loop nothing is read.
  docker.write("two\n");
  const { lagBytes, largestLagBytes } = node.logs.lag();
  assert.ok(lagBytes > "two\n".length);
  assert.equal(largestLagBytes, lagBytes);
  await node.shows("a", 2);
  await node.logs.finish("a", signal);
  assert.deepEqual(node.logs.lag(), { followed: 0, lagBytes: 0, largestLagBytes: 0 });
});

test("only a log that is being written can be reopened", async () => {
  await using node = await startNode();
  node.container("a");
  await node.follow("a");
  await node.logs.finish("a", signal);
  await assert.rejects(
    node.logs.reopen("a", signal),
    (thrown) => thrown instanceof CriError && thrown.kind === "FailedPrecondition",
  );
});

test("one container's trouble is not another's", async () => {
  await using node = await startNode();
  const docker = node.container("good");
  node.container("bad");
  mkdirSync(node.logFile("bad"), { recursive: true });
  await assert.rejects(node.follow("bad"), /bad\/0\.log/);
  await node.follow("good");
  docker.write("line\n");
  await node.shows("good", 1);
  await node.logs.finish("bad", signal);
});

test("a removed container leaves no offsets and may be removed again", async () => {
  await using node = await startNode();
  node.container("a").write("line\n");
  await node.follow("a");
  assert.deepEqual(readdirSync(join(node.folder, "state")), ["a.offsets"]);
  await node.logs.remove("a");
  await node.logs.remove("a");
  assert.deepEqual(readdirSync(join(node.folder, "state")), []);
  assert.deepEqual(readdirSync(join(node.folder, "pods/a")), ["0.log"]);
});

test("who waits for a log to finish is told when the logs shut down or patience ends", async () => {
  await using node = await startNode();
  node.container("a").write("line\n");
  await node.follow("a");
  const reason = AbortSignal.abort();
  await assert.rejects(
    node.logs.finish("a", reason),
    (thrown) => thrown instanceof CriError && thrown.kind === "Cancelled",
  );
  await node.logs.stop();
  await assert.rejects(
    node.follow("b"),
    (thrown) => thrown instanceof CriError && thrown.kind === "Unavailable",
  );
});
