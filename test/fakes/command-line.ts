import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { TestContext } from "node:test";
import { runCli } from "../../src/cli/run-cli.ts";
import type { Terminal } from "../../src/cli/verb.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { criServices } from "../../src/cri/services.ts";
import { systemClock } from "../../src/host/clock.ts";
import { createStreamTarget } from "../../src/runtime/create-stream-target.ts";
import { startStreamingServer } from "../../src/streaming/streaming-server.ts";
import { type FakeNode, startFakeNode } from "../contract/fake-context.ts";
import { protocol, serveServices } from "./cri-endpoint.ts";
import { silentLog, silentMeter } from "./docker-bench.ts";

/** What a command line did. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A terminal that keeps what is written; `onOut` hears of it at once. */
export function recordingTerminal(onOut: (text: string) => void = () => undefined): {
  readonly terminal: Terminal;
  readonly written: { out: string; err: string };
} {
  const written = { out: "", err: "" };
  const terminal: Terminal = {
    out: async (text) => {
      written.out += Buffer.from(text).toString();
      onOut(written.out);
    },
    err: async (text) => {
      written.err += Buffer.from(text).toString();
    },
    input: () => ({ stream: Readable.from([]), screen: undefined }),
    interrupted: () => new Promise(() => undefined),
  };
  return { terminal, written };
}

/** Runs a command line in this process; `serve` is not possible. */
export async function cli(...args: readonly string[]): Promise<Outcome> {
  const { terminal, written } = recordingTerminal();
  return { code: await runOn(terminal, args), ...written };
}

async function runOn(terminal: Terminal, args: readonly string[]): Promise<number> {
  const serve = async (): Promise<never> => Promise.reject(new Error("serve was called"));
  return await runCli(args, terminal, { version: "1.2.3", serve });
}

export interface CliNode {
  readonly fake: FakeNode;
  /** A folder that is removed with the test; pods' logs and volumes go there. */
  readonly folder: string;
  readonly socket: string;
  /** Runs a verb against the node. */
  verb(name: string, ...args: readonly string[]): Promise<Outcome>;
  /** The same with a terminal of the test's own; returns the exit code. */
  verbOn(terminal: Terminal, name: string, ...args: readonly string[]): Promise<number>;
  manifest(yaml: string): Promise<string>;
}

/** A node on a fake engine behind a real socket. */
export async function startCliNode(t: TestContext): Promise<CliNode> {
  const folder = await mkdtemp(join(tmpdir(), "cli-"));
  const fake = await startFakeNode();
  const socket = join(folder, "cri.sock");
  const config = join(folder, "config.toml");
  await writeFile(config, `[cri]\nsocket = "${socket}"\n[state]\nroot = "${folder}/state"\n`);
  const { streaming } = await loadConfig({ file: config });
  const target = createStreamTarget(fake.context);
  const settings = { ...streaming, target, log: silentLog, meter: silentMeter, clock: systemClock };
  const urls = await startStreamingServer(settings);
  await serveServices(t, criServices({ runtime: fake.runtime, urls }, protocol), socket);
  t.after(async () => {
    await urls[Symbol.asyncDispose]();
    await fake[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    fake,
    folder,
    socket,
    verb: (name, ...args) => cli(name, "--config", config, ...args),
    verbOn: (terminal, name, ...args) => runOn(terminal, [name, "--config", config, ...args]),
    manifest: async (yaml) => {
      const path = join(folder, "pod.yaml");
      await writeFile(path, yaml);
      return path;
    },
  };
}
