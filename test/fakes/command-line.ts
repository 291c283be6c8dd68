import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { runCli } from "../../src/cli/run-cli.ts";
import type { Terminal } from "../../src/cli/verb.ts";
import { criServices } from "../../src/cri/services.ts";
import { type FakeNode, startFakeNode } from "../contract/fake-context.ts";
import { noUrls, protocol, serveServices } from "./cri-endpoint.ts";

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
  };
  return { terminal, written };
}

/** Runs a command line in this process; `serve` is not possible. */
export async function cli(...args: readonly string[]): Promise<Outcome> {
  const { terminal, written } = recordingTerminal();
  const serve = async (): Promise<never> => Promise.reject(new Error("serve was called"));
  const code = await runCli(args, terminal, { version: "1.2.3", serve });
  return { code, ...written };
}

export interface CliNode {
  readonly fake: FakeNode;
  /** A folder that is removed with the test; pods' logs and volumes go there. */
  readonly folder: string;
  readonly socket: string;
  /** Runs a verb against the node. */
  verb(name: string, ...args: readonly string[]): Promise<Outcome>;
  manifest(yaml: string): Promise<string>;
}

/** A node on a fake engine behind a real socket. */
export async function startCliNode(t: TestContext): Promise<CliNode> {
  const folder = await mkdtemp(join(tmpdir(), "cli-"));
  const fake = await startFakeNode();
  const socket = join(folder, "cri.sock");
  await serveServices(t, criServices({ runtime: fake.runtime, urls: noUrls }, protocol), socket);
  t.after(async () => {
    await fake[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  const config = join(folder, "config.toml");
  await writeFile(config, `[cri]\nsocket = "${socket}"\n[state]\nroot = "${folder}/state"\n`);
  return {
    fake,
    folder,
    socket,
    verb: (name, ...args) => cli(name, "--config", config, ...args),
    manifest: async (yaml) => {
      const path = join(folder, "pod.yaml");
      await writeFile(path, yaml);
      return path;
    },
  };
}
