import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Duplex } from "node:stream";
import { duplexPair } from "node:stream";
import { NetnsDialer } from "../../src/host/netns-dialer.ts";
import { eventually } from "../harness/eventually.ts";
import { NetnsServer } from "../harness/netns-server.ts";
import { processes } from "../harness/processes.ts";
import { Figures } from "./figures.ts";

/*
 * npm run bench:connect: ways into a pod's network for port-forward, side by side: the helper process that hands sockets over, and
 * a child of `nsenter socat` for each connection. Prints the times, bytes and memory of both.
 */

const megabytes = 200;
const chunk = Buffer.alloc(1 << 15, 1);
const { signal } = new AbortController();

interface Connected {
  readonly stream: Duplex;
  readonly end: () => void;
}

interface Way {
  readonly name: string;
  readonly connect: () => Promise<Connected>;
  /** What is to be found in the command line of the way's own processes. */
  readonly mark: string;
}

function bySocat(path: string): Way["connect"] {
  return async () => {
    const args = [`--net=${path}`, "--", "socat", "-b65536", "STDIO", "TCP4:127.0.0.1:700"];
    const child: ChildProcess = spawn("nsenter", args, { stdio: ["pipe", "pipe", "inherit"] });
    const [stream, far] = duplexPair();
    child.stdout?.pipe(far);
    if (child.stdin !== null) far.pipe(child.stdin);
    return { stream, end: () => void child.kill("SIGKILL") };
  };
}

/** Waits for one byte to go there and back: socat tells in no other way that it is connected. */
async function echoed({ stream }: Connected): Promise<void> {
  stream.write("x");
  await new Promise((resolve) => stream.once("data", resolve));
}

async function pump({ stream }: Connected): Promise<void> {
  let left = megabytes << 20;
  stream.on("data", (bytes: Buffer) => (left -= bytes.length));
  for (let sent = 0; sent < megabytes << 20; sent += chunk.length) {
    if (!stream.write(chunk)) await new Promise((resolve) => stream.once("drain", resolve));
  }
  await eventually("all is back", () => (left <= 0 ? true : undefined), 120_000);
}

/** Milliseconds of CPU that this process and what it has started and reaped used, the living helpers too. */
function cpuMillis(mark: string): number {
  const pids = processes()
    .filter(({ command }) => command.includes(mark))
    .map(({ pid }) => pid);
  const ticks = [process.pid, ...pids].map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)?.split(" ") ?? [];
    const reaped = pid === process.pid ? Number(fields[13]) + Number(fields[14]) : 0;
    return Number(fields[11]) + Number(fields[12]) + reaped;
  });
  return ticks.reduce((sum, each) => sum + each, 0) * 10;
}

function pssKib(mark: string): number {
  return processes()
    .filter(({ command }) => command.includes(mark))
    .map(({ pid }) => readFileSync(`/proc/${pid}/smaps_rollup`, "latin1"))
    .map((text) => Number(/^Pss: +(\d+)/m.exec(text)?.[1]))
    .reduce((sum, each) => sum + each, 0);
}

async function measure(way: Way): Promise<Record<string, number>> {
  const figures = new Figures();
  const open: Connected[] = [];
  for (let count = 0; count < 20; count += 1) {
    const connection = await figures.time(count === 0 ? "first" : "next", way.connect);
    await figures.time(count === 0 ? "firstEcho" : "nextEcho", () => echoed(connection));
    open.push(connection);
  }
  const memory = pssKib(way.mark);
  const [connection] = open;
  if (connection === undefined) throw new Error("no connection");
  const cpu = cpuMillis(way.mark);
  await figures.time("pump", () => pump(connection));
  const used = cpuMillis(way.mark) - cpu;
  for (const { end } of open) end();
  const { first, firstEcho, next, nextEcho, pump: pumped } = figures.summary();
  const at = (summary: { readonly p50: number } | undefined) => summary?.p50 ?? Number.NaN;
  return {
    "first connection, ms": Math.round(at(first) + at(firstEcho)),
    "next connections, ms": Math.round((at(next) + at(nextEcho)) * 10) / 10,
    "PSS of 20 open, KiB": memory,
    "echo, MB/s": Math.round(megabytes / (at(pumped) / 1000)),
    "CPU of the echo, ms": used,
  };
}

await using netns = await NetnsServer.start("socket.pipe(socket)");
await using dialer = new NetnsDialer();
const { place } = netns;
// The listener may come a moment later than the namespace.
await eventually("a listener", () => dialer.connect(place, 700, signal).catch(() => undefined));
await dialer[Symbol.asyncDispose]();

const handOver: Way["connect"] = async () => {
  const stream = await dialer.connect(place, 700, signal);
  return { stream, end: () => void stream.destroy() };
};
console.table({
  helper: await measure({ name: "helper", connect: handOver, mark: "netns-dial-child" }),
  socat: await measure({ name: "socat", connect: bySocat(place.path), mark: "socat -b65536" }),
});
