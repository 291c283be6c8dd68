import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { CriClient } from "../../src/client/cri-client.ts";
import { CniNetwork, kernelHasNat } from "../harness/cni-network.ts";
import { Containerd } from "../harness/containerd.ts";
import { CriFerry } from "../harness/cri-ferry.ts";
import { Registry } from "../harness/registry.ts";
import { allFeatures, features, type Lacks, lacksOf, parseFeatures } from "./features.ts";
import { pushSuiteImages } from "./images.ts";
import { suiteNamespace } from "./names.ts";
import { type Subject, subjectVariable } from "./subject-variable.ts";

const usage = `node test/conformance/run.ts --endpoint SOCKET | --start containerd | --start cri-ferry
  --endpoint SOCKET        a CRI v1 endpoint that runs already, on this host
  --image-endpoint SOCKET  its image service, when that is another
  --start NAME             start one with folders, a socket and a pod network of its own
  --docker-endpoint URL    the engine of a started cri-ferry; default: its own default
  --features a,b           it has exactly these; default: all but what its version is known to lack
  --without a,b            it has not these
  --only a,b               only groups with one of these texts in their names
  --reporter NAME          of node --test; default spec
features: ${allFeatures.join(", ")}
`;

const { values } = parseArgs({
  options: {
    endpoint: { type: "string" },
    "image-endpoint": { type: "string" },
    start: { type: "string" },
    "docker-endpoint": { type: "string" },
    features: { type: "string" },
    without: { type: "string", default: "" },
    only: { type: "string", default: "" },
    reporter: { type: "string", default: "spec" },
    help: { type: "boolean", default: false },
  },
});

const timeoutMillis = 10_000;

interface Place {
  readonly folder: string;
  readonly sandboxImage: string;
  readonly stack: AsyncDisposableStack;
}

/** Starts what `--start` names and returns its socket; it ends with the stack. */
async function startEndpoint(
  name: string,
  { folder, sandboxImage, stack }: Place,
): Promise<string> {
  const network = stack.use(
    await CniNetwork.create({
      folder: join(folder, "cni"),
      bridge: `cfc${process.pid}`,
      // Two runs at once on one machine must not share a route.
      subnet: `10.252.${process.pid % 256}.0/24`,
    }),
  );
  const options = { folder: join(folder, name), cniConfDir: network.confDir, sandboxImage };
  if (name === "containerd") return stack.use(await Containerd.start(options)).socket;
  if (name === "cri-ferry") {
    const dockerEndpoint = values["docker-endpoint"];
    const engine = dockerEndpoint === undefined ? {} : { dockerEndpoint };
    return stack.use(await CriFerry.start({ ...options, ...engine })).socket;
  }
  throw new Error(`--start ${name}: there are containerd and cri-ferry`);
}

/** What the endpoint itself says that it cannot do here. */
async function lacksOfStatus(client: CriClient): Promise<Lacks> {
  const { runtimeHandlers } = await client.runtime("Status", {}, { timeoutMillis });
  const features = runtimeHandlers.find(({ name }) => name === "")?.features;
  if (features === undefined || features?.recursiveReadOnlyMounts === true) return {};
  return { "recursive-read-only": "Status says that it has none" };
}

/** What cannot be had on this kernel, whatever the endpoint. */
async function lacksOfKernel(): Promise<Lacks> {
  const v2Controllers = "/sys/fs/cgroup/cgroup.controllers";
  const unified = existsSync(v2Controllers);
  const controllers = readFileSync(unified ? v2Controllers : "/proc/cgroups", "utf8");
  return {
    ...(unified ? {} : { unified: "this node has cgroup v1" }),
    ...(/\bcpuset\b/.test(controllers) ? {} : { cpuset: "this kernel has no such controller" }),
    ...((await kernelHasNat()) ? {} : { "host-ports": "this kernel has no NAT" }),
  };
}

/** Docker runs nothing privileged on a node without CAP_SYS_RESOURCE (bit 24), so the rest of what that means is given singly. */
function lacksOfMachine(): Lacks {
  const status = readFileSync("/proc/self/status", "utf8");
  const held = BigInt(`0x${/^CapEff:\s*(\S+)/m.exec(status)?.[1] ?? "0"}`);
  if ((held & (1n << 24n)) !== 0n) return {};
  return { "privileged-sys": "docker's own privileged mode needs CAP_SYS_RESOURCE" };
}

/** Asks the endpoint who it is, prints that and what it is taken to lack. */
async function lacksOfEndpoint(client: CriClient): Promise<Lacks> {
  const version = await client.runtime("Version", { version: "v1" }, { timeoutMillis });
  console.log(
    `endpoint: ${version.runtimeName} ${version.runtimeVersion}, CRI ${version.runtimeApiVersion}`,
  );
  const known = {
    ...lacksOf(version.runtimeName, version.runtimeVersion),
    ...(await lacksOfStatus(client)),
    ...(await lacksOfKernel()),
    ...(version.runtimeName === "docker" ? lacksOfMachine() : {}),
  };
  const wanted = values.features === undefined ? undefined : parseFeatures(values.features);
  const absent = parseFeatures(values.without);
  const lacks = Object.fromEntries(
    allFeatures.flatMap((name) => {
      if (absent.includes(name)) return [[name, "--without names it"]];
      if (wanted !== undefined)
        return wanted.includes(name) ? [] : [[name, "--features leaves it out"]];
      return known[name] === undefined ? [] : [[name, known[name]]];
    }),
  );
  for (const [name, reason] of Object.entries(lacks)) {
    console.log(`without ${name}: ${reason}`);
  }
  return lacks;
}

/** Runs the groups one after another and returns their exit code. */
async function runGroups(subject: Subject, signal: AbortSignal): Promise<number> {
  const wanted = values.only.split(",");
  const groups = globSync(join(import.meta.dirname, "groups/*.test.ts"))
    .filter((path) => wanted.some((text) => basename(path).includes(text)))
    .sort();
  // Without a file node:test runs everything that it finds.
  if (groups.length === 0) throw new Error(`--only ${values.only}: no group has that in its name`);
  const args = ["--test", "--test-concurrency=1", `--test-reporter=${values.reporter}`, ...groups];
  const child = spawn(process.execPath, args, {
    stdio: "inherit",
    env: { ...process.env, [subjectVariable]: JSON.stringify(subject) },
  });
  const stop = () => child.kill("SIGTERM");
  signal.addEventListener("abort", stop);
  const [code] = await once(child, "exit");
  return typeof code === "number" ? code : 1;
}

/** Removes the pods that an interrupted or failed group left and returns how many there were. */
async function removeLeftovers(client: CriClient): Promise<number> {
  const { items } = await client.runtime("ListPodSandbox", {}, { timeoutMillis });
  const ours = items.filter(({ metadata }) => metadata?.namespace === suiteNamespace);
  for (const { id } of ours) {
    await client.runtime("StopPodSandbox", { podSandboxId: id }, { timeoutMillis: 60_000 });
    await client.runtime("RemovePodSandbox", { podSandboxId: id }, { timeoutMillis: 60_000 });
  }
  return ours.length;
}

/** Removes the suite's images from the endpoint. */
async function removeImages(client: CriClient, repositoryPrefix: string): Promise<void> {
  const { images } = await client.image("ListImages", {}, { timeoutMillis });
  for (const { id, repoTags, repoDigests } of images) {
    if (![...repoTags, ...repoDigests].some((name) => name.startsWith(repositoryPrefix))) continue;
    await client.image("RemoveImage", { image: { image: id } }, { timeoutMillis: 60_000 });
  }
}

async function main(signal: AbortSignal): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "cri-conformance-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const registry = stack.use(await Registry.start(join(folder, "registry")));
  const images = await pushSuiteImages(registry);
  const endpoint =
    values.endpoint ??
    (await startEndpoint(values.start ?? "", {
      folder,
      sandboxImage: images.pause.reference,
      stack,
    }));
  const imageEndpoint = values["image-endpoint"] ?? endpoint;
  const client = stack.use(new CriClient(endpoint));
  const imageClient = stack.use(new CriClient(imageEndpoint));
  const lacks = await lacksOfEndpoint(client);
  const code = await runGroups(
    { endpoint, imageEndpoint, workFolder: folder, images, lacks },
    signal,
  );
  const left = await removeLeftovers(client);
  if (left > 0) console.log(`${left} pods were left over`);
  await removeImages(imageClient, `127.0.0.1:${registry.port}/`);
  return left > 0 ? 1 : code;
}

if (values.help || (values.endpoint === undefined) === (values.start === undefined)) {
  console.log(usage);
  for (const [name, meaning] of Object.entries(features)) console.log(`  ${name}: ${meaning}`);
  process.exitCode = values.help ? 0 : 2;
} else {
  const interruption = new AbortController();
  process.once("SIGINT", () => interruption.abort());
  process.once("SIGTERM", () => interruption.abort());
  const code = await main(interruption.signal);
  process.exitCode = interruption.signal.aborted ? 130 : code;
}
