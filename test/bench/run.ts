import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { busyboxTree, pauseEntrypoint, pauseTree } from "../harness/busybox-tree.ts";
import { CniNetwork } from "../harness/cni-network.ts";
import { Containerd } from "../harness/containerd.ts";
import { CriFerry } from "../harness/cri-ferry.ts";
import { type PushedImage, Registry } from "../harness/registry.ts";
import { BenchEndpoint } from "./endpoint.ts";
import { Figures, table } from "./figures.ts";
import {
  type Amounts,
  endPods,
  makeCalls,
  measureMemory,
  relist,
  type Side,
  startPods,
  startTogether,
  writeLogs,
} from "./work.ts";

const usage = `npm run bench -- [--endpoint NAME=SOCKET …] [--against containerd] [--short] [--pods N] [--json FILE]

Runs the same work on every endpoint in turns and prints medians with ratios. Without --endpoint a cri-ferry of this checkout is
started on the local docker. Endpoints that are given must be able to pull from a registry on 127.0.0.1 without TLS.`;

const full: Amounts = { pods: 30, parallel: 10, calls: 100, relistSeconds: 20, logMebibytes: 64 };
const short: Amounts = { pods: 3, parallel: 3, calls: 10, relistSeconds: 2, logMebibytes: 4 };

const { values } = parseArgs({
  options: {
    endpoint: { type: "string", multiple: true, default: [] },
    against: { type: "string", multiple: true, default: [] },
    short: { type: "boolean", default: false },
    pods: { type: "string" },
    json: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) console.log(usage);
else await bench();

async function bench(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "cri-bench-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const network = stack.use(
    await CniNetwork.create({ folder, bridge: "cfbench0", subnet: "10.98.0.0/16" }),
  );
  const registry = stack.use(await Registry.start(join(folder, "registry")));
  const images = await pushImages(registry);
  const sockets = await endpoints(stack, {
    folder,
    cniConfDir: network.confDir,
    sandboxImage: images.pause.reference,
  });
  const sides = Object.entries(sockets).map(([name, socket]): Side => {
    const endpoint = stack.use(
      new BenchEndpoint({ name, socket, image: images.busybox.reference, folder }),
    );
    return { endpoint, figures: new Figures(), pods: [] };
  });
  stack.defer(() => endPods(sides));
  await measure(sides, amounts());
  await report(sides);
}

async function measure(sides: readonly Side[], amount: Amounts): Promise<void> {
  for (const { endpoint } of sides) await endpoint.pull();
  await startPods(
    sides.map((side) => ({ ...side, figures: new Figures() })),
    { ...amount, pods: 1 },
  );
  await endPods(sides.map((side) => ({ ...side, figures: new Figures() })));
  measureMemory(sides, "idle");
  await startPods(sides, amount);
  await makeCalls(sides, amount);
  await relist(sides, amount);
  await startTogether(sides, amount);
  measureMemory(sides, `with ${amount.pods + amount.parallel} pods`);
  await endPods(sides);
  await writeLogs(sides, amount);
  await endPods(sides.map((side) => ({ ...side, figures: new Figures() })));
  measureMemory(sides, "after the load");
}

function amounts(): Amounts {
  const amount = values.short ? short : full;
  return values.pods === undefined ? amount : { ...amount, pods: Number(values.pods) };
}

async function pushImages(
  registry: Registry,
): Promise<{ readonly busybox: PushedImage; readonly pause: PushedImage }> {
  return {
    busybox: await registry.push({
      name: "bench/busybox",
      tags: ["1"],
      layers: [await busyboxTree()],
      config: { Cmd: ["sh"], Env: ["PATH=/bin"] },
    }),
    pause: await registry.push({
      name: "bench/pause",
      tags: ["1"],
      layers: [pauseTree()],
      config: { Entrypoint: pauseEntrypoint },
    }),
  };
}

interface Place {
  readonly folder: string;
  readonly cniConfDir: string;
  readonly sandboxImage: string;
}

/** Name → socket; the first is what the others are compared with. */
async function endpoints(
  stack: AsyncDisposableStack,
  place: Place,
): Promise<Readonly<Record<string, string>>> {
  const sockets: Record<string, string> = {};
  for (const entry of values.endpoint) {
    const [name, socket] = entry.split("=", 2);
    if (name === undefined || socket === undefined)
      throw new Error(`--endpoint ${entry} is not NAME=SOCKET`);
    sockets[name] = socket;
  }
  if (values.endpoint.length === 0) {
    const ferry = stack.use(
      await CriFerry.start({ ...place, folder: join(place.folder, "cri-ferry") }),
    );
    sockets["cri-ferry"] = ferry.socket;
  }
  for (const peer of values.against) {
    if (peer !== "containerd")
      throw new Error(`--against ${peer}: only containerd can be started here; use --endpoint`);
    const containerd = stack.use(
      await Containerd.start({ ...place, folder: join(place.folder, "containerd") }),
    );
    sockets[peer] = containerd.socket;
  }
  return sockets;
}

async function report(sides: readonly Side[]): Promise<void> {
  const results = Object.fromEntries(
    sides.map(({ endpoint, figures }) => [endpoint.name, figures.summary()]),
  );
  console.log(table(results));
  if (values.json === undefined) return;
  const machine = {
    kernel: release(),
    cpus: cpus().length,
    model: cpus()[0]?.model,
    date: new Date().toISOString(),
  };
  await writeFile(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`);
}
