import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Figures } from "./figures.ts";
import { writeLogs } from "./log-work.ts";
import { grow, measureMemory, restart, withLoopDelay } from "./process-work.ts";
import { circumstances, markdown, type Report, textTable } from "./report.ts";
import { openSides, type Sides, type Wanted } from "./sides.ts";
import {
  type Amounts,
  endPods,
  endPodsQuietly,
  makeCalls,
  relist,
  startPods,
  startTogether,
} from "./work.ts";

const usage = `npm run bench -- [--endpoint NAME=SOCKET …] [--engine NAME=DOCKER_SOCKET …] [--pid NAME=PID …] [--against containerd]
  [--docker-endpoint unix://SOCKET] [--sandbox-image IMAGE] [--short] [--pods N] [--json FILE] [--markdown FILE]
npm run bench -- --from JSON_FILE --markdown FILE

Starts a cri-ferry of this checkout (dist/ when it is built) and does the same work on it, on bare docker and on every endpoint
that is named, in turns. Without --docker-endpoint it starts a dockerd of its own for the first two. An endpoint that is named
must be able to pull from a registry on 127.0.0.1 without TLS; --engine says which docker it works on, so that its CPU counts:
a shim takes up every pod of its engine, so give each an engine of its own. --pid names its process if it has renamed its socket. An endpoint named cri-ferry replaces ours. --sandbox-image is
one that its docker has: take the peers' own, since images make pods start at different speed. Needs root.`;

const full: Amounts = {
  pods: 30,
  parallel: 10,
  rounds: 2,
  calls: 100,
  relistSeconds: 20,
  logMebibytes: 64,
  growth: [10, 100, 500],
  restSeconds: 60,
};
const short: Amounts = {
  pods: 3,
  parallel: 3,
  rounds: 1,
  calls: 20,
  relistSeconds: 2,
  logMebibytes: 4,
  growth: [10],
  restSeconds: 1,
};

const { values } = parseArgs({
  options: {
    endpoint: { type: "string", multiple: true, default: [] },
    engine: { type: "string", multiple: true, default: [] },
    pid: { type: "string", multiple: true, default: [] },
    against: { type: "string", multiple: true, default: [] },
    "docker-endpoint": { type: "string" },
    "sandbox-image": { type: "string" },
    short: { type: "boolean", default: false },
    pods: { type: "string" },
    json: { type: "string" },
    from: { type: "string" },
    markdown: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) console.log(usage);
else if (values.from === undefined) await bench();
else await write(JSON.parse(await readFile(values.from, "utf8")) as Report);

async function bench(): Promise<void> {
  const loadAverage = (await readFile("/proc/loadavg", "utf8")).split(" ").slice(0, 3).join(" ");
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "cri-bench-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const sides = await openSides(stack, wanted(folder));
  stack.defer(() => endPodsQuietly([...sides.cri, ...sides.floor]));
  await measure(sides, amounts());
  await report(sides, loadAverage);
}

async function measure({ cri, floor }: Sides, amount: Amounts): Promise<void> {
  const all = [...cri, ...floor];
  for (const { endpoint } of cri) await endpoint.pull();
  await startPods(
    all.map((side) => ({ ...side, figures: new Figures() })),
    { ...amount, pods: 1 },
  );
  await endPodsQuietly(all);
  const idle = measureMemory(cri, "idle");
  await startPods(all, amount);
  const loaded = measureMemory(cri, `with ${amount.pods} pods`);
  for (const { name, figures } of cri) {
    const kibibytes = ((loaded.get(name) ?? 0) - (idle.get(name) ?? 0)) * 1024;
    figures.add("the endpoint's process, memory a pod, PSS KiB", kibibytes / amount.pods);
  }
  await makeCalls(cri, amount);
  await relist(cri, amount);
  await endPods(all);
  await withLoopDelay(cri, `${amount.parallel} pod starts`, () => startTogether(all, amount));
  await withLoopDelay(cri, "a log stream", () => writeLogs(cri, amount));
  await endPodsQuietly(cri);
  await sleep(amount.restSeconds * 1000);
  measureMemory(cri, `${amount.restSeconds} s after the load`);
  await grow(cri, amount);
  await endPodsQuietly(cri);
  await restart(cri, amount);
}

function amounts(): Amounts {
  const amount = values.short ? short : full;
  return values.pods === undefined ? amount : { ...amount, pods: Number(values.pods) };
}

function wanted(folder: string): Wanted {
  for (const peer of values.against) {
    if (peer !== "containerd")
      throw new Error(`--against ${peer}: only containerd can be started here; use --endpoint`);
  }
  return {
    endpoints: new Map(values.endpoint.map((entry) => pair("--endpoint", entry))),
    engines: new Map(values.engine.map((entry) => pair("--engine", entry))),
    pids: new Map(values.pid.map((entry) => pair("--pid", entry))),
    containerd: values.against.length > 0,
    dockerEndpoint: values["docker-endpoint"],
    sandboxImage: values["sandbox-image"],
    folder,
  };
}

function pair(flag: string, entry: string): [string, string] {
  const [name, socket] = entry.split("=", 2);
  if (name === undefined || socket === undefined)
    throw new Error(`${flag} ${entry} is not NAME=SOCKET`);
  return [name, socket];
}

async function report({ cri, floor }: Sides, loadAverage: string): Promise<void> {
  const results = Object.fromEntries(
    [...cri, ...floor].map(({ name, figures }) => [name, figures.summary()]),
  );
  const measured: Report = { around: circumstances(loadAverage), amounts: amounts(), results };
  if (values.json !== undefined)
    await writeFile(values.json, `${JSON.stringify(measured, null, 2)}\n`);
  await write(measured);
}

async function write(measured: Report): Promise<void> {
  console.log(textTable(measured.results));
  if (values.markdown !== undefined) await writeFile(values.markdown, markdown(measured));
}
