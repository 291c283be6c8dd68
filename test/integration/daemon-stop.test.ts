import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "../harness/eventually.ts";

const launcher = join(import.meta.dirname, "../../bin/cri-ferry");

/** A daemon without an engine, its log, and how it ended. */
class Daemon implements AsyncDisposable {
  readonly folder: string;
  readonly process: ChildProcess;
  log = "";

  private constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.folder = folder;
    const at = (name: string) => join(folder, name);
    const args = ["serve", "--socket", at("s"), "--root", at("root"), "--run-root", at("run")];
    const engine = ["--docker-endpoint", `unix://${at("none")}`, "--metrics-address", ""];
    const admin = ["--admin-socket", at("admin")];
    const network = ["--cni-conf-dir", at("net.d"), "--cni-cache-dir", at("cache")];
    const child = spawn(launcher, [...args, ...engine, ...network, ...admin], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.log += text));
    this.process = child;
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<Daemon> {
    return new Daemon(await mkdtemp(join(tmpdir(), "cf-stop-")), env);
  }

  async ended(): Promise<unknown> {
    return (await once(this.process, "exit"))[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode === null) this.process.kill("SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
  }
}

test("a SIGTERM that comes while the daemon starts ends it with 0", async () => {
  await using daemon = await Daemon.start();
  await eventually("it has its lock", () =>
    existsSync(join(daemon.folder, "root/lock")) ? true : undefined,
  );
  const ended = daemon.ended();
  daemon.process.kill("SIGTERM");
  assert.equal(await ended, 0, daemon.log);
  assert.doesNotMatch(daemon.log, /stopped before all had ended/);
});

test("a systemd that cannot be told is warned of once, and stopping waits for nobody", async () => {
  const tools = await mkdtemp(join(tmpdir(), "cf-tools-"));
  await writeFile(join(tools, "systemd-notify"), "#!/bin/sh\nexit 3\n", { mode: 0o755 });
  const path = `${tools}:${process.env["PATH"] ?? ""}`;
  const env = { NOTIFY_SOCKET: "/nonexistent", WATCHDOG_USEC: "60000000", PATH: path };
  await using daemon = await Daemon.start(env);
  await eventually("it says so", () => (daemon.log.includes("systemd-notify") ? true : undefined));
  const ended = daemon.ended();
  daemon.process.kill("SIGTERM");
  assert.equal(await ended, 0, daemon.log);
  assert.equal(daemon.log.match(/systemd cannot be told/g)?.length, 1, daemon.log);
  await rm(tools, { recursive: true });
});
