import { mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NativePlaces } from "../../src/backends/runc/native-places.ts";
import type { NativeContainer, NativeSandbox } from "../../src/backends/runc/native-records.ts";
import { readNodeFacts } from "../../src/backends/runc/node-facts.ts";
import { RuncBackend } from "../../src/backends/runc/runc-backend.ts";
import { topCgroup } from "../../src/host/cgroup.ts";
import { systemClock } from "../../src/host/clock.ts";
import { NetnsDialer } from "../../src/host/netns-dialer.ts";
import { RegistryHosts } from "../../src/images/hosts/registry-hosts.ts";
import { ImageStore } from "../../src/images/image-store.ts";
import { platformOfNode } from "../../src/images/platform.ts";
import { parseReference } from "../../src/model/image-reference.ts";
import type { Meter } from "../../src/model/ports.ts";
import { PodNetwork } from "../../src/network/pod-network.ts";
import { StateFiles } from "../../src/state/state-files.ts";
import { busyboxTree } from "../harness/busybox-tree.ts";
import { CniNetwork } from "../harness/cni-network.ts";
import { Registry } from "../harness/registry.ts";
import { silentLog } from "./silent-log.ts";

const nothing = (): void => undefined;
const meter: Meter = { count: nothing, observe: nothing, gauge: nothing };
const { signal: never } = new AbortController();

/** A folder, a pod network and an image of a test's own, on which native engines live one after another. */
export interface NativeNode extends AsyncDisposable {
  readonly folder: string;
  readonly image: string;
  readonly places: NativePlaces;
  /** A new life of the program: disposing ends it, containers go on. */
  readonly start: () => Promise<LivingNative>;
}

export interface LivingNative extends AsyncDisposable {
  readonly backend: RuncBackend;
}

/** Makes what a node needs; disposing removes it. */
export async function nativeNode(options: {
  readonly name: string;
  readonly bridge: string;
  readonly subnet: string;
}): Promise<NativeNode> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), `${options.name}-`));
  stack.defer(() => rm(folder, { recursive: true }));
  stack.defer(removeCgroups);
  const registry = stack.use(await Registry.start(join(folder, "registry")));
  const source = { name: options.name, tags: ["1"], layers: [await busyboxTree()] };
  const { reference } = await registry.push({ ...source, config: { Env: ["PATH=/bin"] } });
  const cni = stack.use(await CniNetwork.create({ folder, ...options }));
  const places = new NativePlaces({ root: join(folder, "root"), run: join(folder, "run") });
  const store = await openStore(folder);
  await store.pull({ reference: parseReference(reference), auth: { type: "anonymous" } }, never);
  const life = stack.move();
  return {
    folder,
    image: reference,
    places,
    start: () => start({ folder, places, confDir: cni.confDir }),
    [Symbol.asyncDispose]: () => life.disposeAsync(),
  };
}

function openStore(folder: string): Promise<ImageStore> {
  const options = {
    root: join(folder, "images"),
    hosts: new RegistryHosts({ certDirs: [], registriesConf: [] }),
    platform: platformOfNode(process.arch),
    stallMillis: 60_000,
    maxDownloads: 3,
    clock: systemClock,
    log: silentLog,
  };
  return ImageStore.open(options, never);
}

interface Start {
  readonly folder: string;
  readonly places: NativePlaces;
  readonly confDir: string;
}

async function start({ folder, places, confDir }: Start): Promise<LivingNative> {
  const life = new AbortController();
  const [root, run] = [join(folder, "root"), join(folder, "run")];
  const network = new PodNetwork({
    confDirs: [confDir],
    binDirs: ["/opt/cni/bin", "/usr/lib/cni"],
    cacheDir: join(folder, "cni-cache"),
    foreignCacheDirs: [],
    log: silentLog,
    meter,
    clock: systemClock,
  });
  const dialer = new NetnsDialer();
  const backend = new RuncBackend({
    settings: {
      root,
      run,
      cgroupDriver: "cgroupfs",
      runtimes: [{ handler: "", path: "/usr/bin/runc", root: join(run, "runc") }],
      conmon: "/usr/bin/conmon",
      sandboxImage: "",
    },
    places,
    node: await readNodeFacts(),
    sandboxFiles: stateFiles<NativeSandbox>(places.sandboxRecords, "sandbox"),
    containerFiles: stateFiles<NativeContainer>(places.containerRecords, "container"),
    store: await openStore(folder),
    network,
    dialer,
    clock: systemClock,
    log: silentLog,
    failpoint: () => undefined,
  });
  await network.start(life.signal);
  await backend.load();
  return {
    backend,
    [Symbol.asyncDispose]: async () => {
      life.abort();
      await dialer[Symbol.asyncDispose]();
      await network.ended();
    },
  };
}

function stateFiles<Value extends { readonly id: string }>(folder: string, kind: string) {
  const quarantine = join(folder, "..", "quarantine");
  return new StateFiles<Value>({ folder, quarantine, kind, log: silentLog, meter });
}

/** The engine's own parent of containers whose pod has no cgroup; another test's may still be in it. */
async function removeCgroups(): Promise<void> {
  const { controllers, unified } = await topCgroup();
  for (const top of new Set([...controllers.values(), ...(unified === undefined ? [] : [unified])]))
    await rmdir(join(top, "cri-ferry")).catch(() => undefined);
}
