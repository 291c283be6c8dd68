import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { loadProtocol } from "../../../src/cri/loader.ts";
import { OtlpCollector } from "../../fakes/otlp-collector.ts";

/*
 * node test/bench/tracing/run.ts [--calls N] [--rounds N]
 *
 * What tracing costs a call, in CPU time of the server's process: Version over a unix socket, as a kubelet calls that sends its
 * trace context. off: no collector is set; not sampled: one is, and the kubelet does not record; sampled: it does.
 */

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "20000" },
    rounds: { type: "string", default: "5" },
  },
});
const calls = Number(values.calls);
const context = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";

interface Figures {
  readonly cpuMicros: number;
  readonly residentMiB: number;
}

interface Side {
  readonly name: string;
  readonly flags: string;
  readonly endpoint: string;
}

async function measure(side: Side, folder: string): Promise<Figures> {
  const socket = join(folder, "cri.sock");
  const server = fork(join(import.meta.dirname, "server.ts"), [socket, side.endpoint]);
  await once(server, "message");
  const client = new Client(`unix:${socket}`, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set("traceparent", `${context}-${side.flags}`);
  await callMany(client, metadata, calls / 4);
  const before = await ask(server);
  await callMany(client, metadata, calls);
  const after = await ask(server);
  client.close();
  server.kill();
  await once(server, "exit");
  return {
    cpuMicros: (after.cpuMicros - before.cpuMicros) / calls,
    residentMiB: after.residentMiB,
  };
}

async function ask(server: ReturnType<typeof fork>): Promise<Figures> {
  const answer = once(server, "message");
  server.send("figures");
  const [figures] = await answer;
  return figures as Figures;
}

const definition = loadProtocol()["runtime.v1.RuntimeService"];
if (definition === undefined || "format" in definition) throw new Error("no RuntimeService");
const version = definition["Version"];
if (version === undefined) throw new Error("no Version");
const { path, requestSerialize, responseDeserialize } = version;

async function callMany(client: Client, metadata: Metadata, count: number): Promise<void> {
  const lanes = Array.from({ length: 8 }, async () => {
    for (let i = 0; i < count / 8; i++) {
      await new Promise<void>((resolve, reject) => {
        const done = (error: Error | null) => (error === null ? resolve() : reject(error));
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, {}, metadata, done);
      });
    }
  });
  await Promise.all(lanes);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "cf-trace-cost-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const { endpoint } = stack.use(await OtlpCollector.start());
  const sides: readonly Side[] = [
    { name: "off", flags: "01", endpoint: "" },
    { name: "not sampled", flags: "00", endpoint },
    { name: "sampled", flags: "01", endpoint },
  ];
  const found = new Map(sides.map(({ name }) => [name, [] as Figures[]]));
  for (let round = 0; round < Number(values.rounds); round++)
    for (const side of sides) found.get(side.name)?.push(await measure(side, folder));
  console.log(`Version, ${calls} calls in ${values.rounds} rounds, medians`);
  for (const [name, figures] of found) {
    const cpu = median(figures.map(({ cpuMicros }) => cpuMicros)).toFixed(1);
    const least = Math.min(...figures.map(({ cpuMicros }) => cpuMicros)).toFixed(1);
    const resident = median(figures.map(({ residentMiB }) => residentMiB)).toFixed(0);
    console.log(
      `${name.padEnd(12)} ${cpu} µs CPU a call (least ${least}), ${resident} MiB resident`,
    );
  }
}

await main();
