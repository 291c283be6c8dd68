import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { attempt, command } from "../harness/command.ts";
import { eventually } from "../harness/eventually.ts";
import { dockerApi, importBusybox, type RunningContainer, runContainer } from "./docker-host.ts";

const api = dockerApi();
const image = "cri-ferry.test/g-logs:1";
const { signal } = new AbortController();

before(async () => {
  await importBusybox(api, image);
});

interface LogOptions {
  readonly "max-size": string;
  readonly "max-file": string;
}

/** A container that writes, and where its log comes from and goes to. */
class Scene implements AsyncDisposable {
  readonly folder: string;
  readonly logFile: string;
  readonly container: RunningContainer;
  readonly jsonFile: string;
  #rotations = 0;

  constructor(folder: string, container: RunningContainer, dockerRoot: string) {
    this.folder = folder;
    this.logFile = join(folder, "pods/ns_pod_uid/main/0.log");
    this.container = container;
    this.jsonFile = join(dockerRoot, "containers", container.id, `${container.id}-json.log`);
  }

  /** The kubelet's rename, which a reopen is to follow. */
  async rename(): Promise<void> {
    this.#rotations += 1;
    await rename(this.logFile, `${this.logFile}.${String(this.#rotations).padStart(5, "0")}`);
  }

  /** All log files' bytes, oldest first. */
  cri(): Buffer {
    const folder = join(this.logFile, "..");
    const rotated = readdirSync(folder).filter((name) => name !== "0.log");
    const names = [...rotated.toSorted(), "0.log"];
    return Buffer.concat(names.map((name) => readFileSync(join(folder, name))));
  }

  async ended(): Promise<void> {
    await api.call({ method: "POST", path: `/containers/${this.container.id}/wait` }, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.container[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface SceneOptions {
  readonly name: string;
  readonly script: string;
  readonly log: LogOptions;
  readonly tty?: boolean;
  /** Content of the file /in/data in the container. */
  readonly data?: Buffer;
}

async function scene(options: SceneOptions): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "cri-ferry-logs-"));
  mkdirSync(join(folder, "in"));
  if (options.data !== undefined) writeFileSync(join(folder, "in/data"), options.data);
  const container = await runContainer(api, `cf-g-${options.name}`, {
    Image: image,
    Cmd: ["sh", "-c", options.script],
    Tty: options.tty === true,
    HostConfig: {
      NetworkMode: "none",
      Binds: [`${join(folder, "in")}:/in:ro`],
      LogConfig: { Type: "json-file", Config: options.log },
    },
  });
  const { DockerRootDir } = (await api.call({ method: "GET", path: "/info" }, signal)) as {
    readonly DockerRootDir: string;
  };
  return new Scene(folder, container, DockerRootDir);
}

/** The follower's process. */
class FollowerProcess implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(of: Scene, failpoints: string) {
    const program = join(import.meta.dirname, "log-follower.ts");
    const args = [program, join(of.folder, "state"), of.container.id, of.jsonFile, of.logFile];
    this.#child = spawn(process.execPath, args, {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, CRI_FERRY_FAILPOINTS: failpoints },
    });
    // A killed process breaks the pipe of a command that was on its way.
    this.#child.stdin.on("error", () => undefined);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  static async start(of: Scene, failpoints = ""): Promise<FollowerProcess> {
    const follower = new FollowerProcess(of, failpoints);
    assert.equal(await follower.answer(), "ready");
    return follower;
  }

  /** The next line of output, undefined at its end. */
  async answer(): Promise<string | undefined> {
    const { value, done } = await this.#lines.next();
    return done === true ? undefined : value;
  }

  /** Returns whether the command was done: false when the process was killed before. */
  async tell(text: string): Promise<boolean> {
    this.#child.stdin.write(`${text}\n`);
    return (await this.answer()) === text;
  }

  async kill(): Promise<void> {
    const ended = once(this.#child, "exit");
    if (this.#child.kill("SIGKILL")) await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  /** Finishes the log, and returns the counters. */
  async finish(): Promise<Readonly<Record<string, number>>> {
    assert.ok(await this.tell("finish"));
    assert.ok(await this.tell("stop"));
    const counters = await this.answer();
    return JSON.parse(counters ?? "") as Readonly<Record<string, number>>;
  }
}

/** Asserts that the log holds the lines 1…count, each whole and once. */
function assertNumbered(cri: Buffer, count: number): void {
  const lines = cri.toString().split("\n");
  assert.equal(lines.pop(), "", "the last line is whole");
  const wrong = lines.findIndex((line, index) => !line.endsWith(` stdout F ${index + 1} ${pad}`));
  assert.equal(
    wrong,
    -1,
    `around line ${wrong + 1}: ${lines.slice(wrong - 1, wrong + 2).join("|")}`,
  );
  assert.equal(lines.length, count);
}

const pad = "the quick brown fox jumps over the lazy dog";

function writer(count: number): string {
  return `awk 'BEGIN { for (i = 1; i <= ${count}; i++) print i, "${pad}" }'`;
}

test("every line is there once, over docker's rotations, the kubelet's, and kills at any moment", async () => {
  const count = 500_000;
  const log = { "max-size": "1m", "max-file": "100" };
  await using one = await scene({ name: "kill", script: writer(count), log });
  let follower = await FollowerProcess.start(one);
  await using _last = { [Symbol.asyncDispose]: () => follower.kill() };
  for (let round = 0; round < 12; round += 1) {
    await sleep(40 + 97 * (round % 5));
    // Kills fall before the rename, between it and the reopen, in the middle of the reopen, and after it.
    if (round % 4 === 1) await follower.kill();
    await one.rename();
    if (round % 4 === 2) await follower.kill();
    const reopened = follower.tell("reopen");
    if (round % 4 === 3) await follower.kill();
    if (!(await reopened)) {
      follower = await FollowerProcess.start(one);
    }
  }
  await one.ended();
  const counters = await follower.finish();
  assertNumbered(one.cri(), count);
  assert.equal(counters["cri_ferry_log_records_total slow"], undefined);
  assert.equal(counters["cri_ferry_log_damaged_lines_total"], undefined);
});

test("a kill between the new log file and its offsets neither loses nor doubles a line", async () => {
  const count = 30_000;
  const log = { "max-size": "1m", "max-file": "20" };
  await using one = await scene({ name: "switch", script: writer(count), log });
  await using first = await FollowerProcess.start(one, "logs.switched=kill");
  await one.rename();
  assert.equal(await first.tell("reopen"), false);
  await using second = await FollowerProcess.start(one);
  await one.ended();
  await second.finish();
  assertNumbered(one.cri(), count);
});

/** What a reader has who takes P lines for beginnings; docker's own time stamps are left out. */
function contents(cri: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < cri.length; ) {
    const end = cri.indexOf("\n", at);
    const tag = cri.indexOf(" std", at) + " stdout ".length;
    parts.push(cri.subarray(tag + 2, cri[tag] === 0x46 ? end + 1 : end));
    at = end + 1;
  }
  return Buffer.concat(parts);
}

const corpus = Buffer.concat([
  Buffer.from("\n\nplain\n\r\nwith\r\n"),
  ...[16_383, 16_384, 16_385, 32_768].map((size) => Buffer.from(`${"x".repeat(size)}\n`)),
  Buffer.from(`${"y".repeat(16_383)}\r\n${"0123456789".repeat(1_000_000)}\n`),
  Buffer.from('nul \0 tab \t esc \u001b quote " back \\ <&> \u2028\u2029 é 漢 😀\n'),
  Buffer.from([0x61, 0xff, 0x62, 0xfe, 0x0a]),
  Buffer.from("no newline at the end"),
]);

test("odd lines come back byte for byte, but for bytes that are no text", async () => {
  const log = { "max-size": "2m", "max-file": "20" };
  await using one = await scene({ name: "corpus", script: "cat /in/data", log, data: corpus });
  await using follower = await FollowerProcess.start(one);
  await one.ended();
  const counters = await follower.finish();
  assert.ok(contents(one.cri()).equals(Buffer.from(corpus.toString())));
  assert.equal(counters["cri_ferry_log_records_total slow"], undefined);
});

test("a terminal's lines keep their carriage returns", async () => {
  const log = { "max-size": "1m", "max-file": "2" };
  await using one = await scene({ name: "tty", script: "echo one; echo two", log, tty: true });
  await using follower = await FollowerProcess.start(one);
  await one.ended();
  await follower.finish();
  assert.equal(contents(one.cri()).toString(), "one\r\ntwo\r\n");
});

async function smallDisk(folder: string): Promise<AsyncDisposable> {
  mkdirSync(folder, { recursive: true });
  await command("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder]);
  return {
    async [Symbol.asyncDispose]() {
      await attempt("umount", [folder]);
    },
  };
}

test("a full log disk stops neither the container nor, when there is room again, the log", async () => {
  const count = 120_000;
  const log = { "max-size": "400k", "max-file": "4" };
  const script = `until [ -e /in/go ]; do sleep 0.1; done; ${writer(count)}; exec sleep 1000`;
  await using one = await scene({ name: "full", script, log });
  await using _disk = await smallDisk(join(one.folder, "pods"));
  await using follower = await FollowerProcess.start(one);
  writeFileSync(join(one.folder, "in/go"), "");
  await eventually("the writer is done, though nobody could read", async () => {
    const top = await api.call(
      { method: "GET", path: `/containers/${one.container.id}/top` },
      signal,
    );
    return JSON.stringify(top).includes('"sleep 1000"') ? true : undefined;
  });
  await one.rename();
  rmSync(`${one.logFile}.00001`);
  assert.ok(await follower.tell("reopen"));
  await eventually("the last line arrives", () =>
    readFileSync(one.logFile, "utf8").includes(` ${count} ${pad}\n`) ? true : undefined,
  );
  assert.ok(await follower.tell("stop"));
  const counters = JSON.parse((await follower.answer()) ?? "") as Record<string, number>;
  assert.ok((counters["cri_ferry_log_write_errors_total"] ?? 0) > 0);
  assert.ok((counters["cri_ferry_log_gaps_total rotated"] ?? 0) > 0);
  const lines = readFileSync(one.logFile, "utf8").split("\n").slice(0, -1);
  assert.ok(
    lines.every((line) => line.endsWith(pad)),
    "no line is torn",
  );
});
