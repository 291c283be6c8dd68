import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readlink, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { systemClock } from "../../src/host/clock.ts";
import { exec } from "../../src/host/exec.ts";
import type { PodNetworkAttachment } from "../../src/network/attachment-args.ts";
import { PodNetwork } from "../../src/network/pod-network.ts";
import { noAbort, sandboxIdOf, until } from "../fakes/cni-node.ts";
import { CniNetwork } from "../harness/cni-network.ts";
import { attempt, command } from "../harness/command.ts";
import { silentLog } from "./silent-log.ts";

const bridge = "cff0";
/** Of util-linux. */
const unshare = "unshare";
const silentMeter = { count: () => {}, observe: () => {}, gauge: () => {} };

let folder: string;
let network: CniNetwork;
let binDir: string;
const lives: { readonly network: PodNetwork; readonly stop: AbortController }[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "f-network-"));
  binDir = join(folder, "bin");
  await mkdir(binDir);
  network = await CniNetwork.create({ folder, bridge, subnet: "10.86.0.0/16" });
});

after(async () => {
  await endLives();
  await network[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function endLives(): Promise<void> {
  for (const life of lives.splice(0)) {
    life.stop.abort();
    await life.network.ended();
  }
}

async function start(confDir = network.confDir): Promise<PodNetwork> {
  const life = new PodNetwork({
    confDirs: [confDir],
    binDirs: [binDir, "/opt/cni/bin", "/usr/lib/cni"],
    cacheDir: join(folder, "cache"),
    foreignCacheDirs: [],
    clock: systemClock,
    log: silentLog,
    meter: silentMeter,
  });
  const stop = new AbortController();
  lives.push({ network: life, stop });
  await life.start(stop.signal);
  return life;
}

/** A namespace that goes when the test does. */
async function namespace(number: number) {
  const name = `cff-${number}`;
  await command("ip", ["netns", "add", name]);
  return {
    name,
    path: `/run/netns/${name}`,
    remove: () => attempt("ip", ["netns", "delete", name]),
    [Symbol.asyncDispose]: async () => {
      await attempt("ip", ["netns", "delete", name]);
    },
  };
}

function pod(
  number: number,
  netnsPath: string,
  parts: Partial<PodNetworkAttachment> = {},
): PodNetworkAttachment {
  return {
    sandboxId: sandboxIdOf(0xf00 + number),
    netnsPath,
    metadata: { name: `pod${number}`, namespace: "f", uid: `uid${number}`, attempt: 0 },
    portMappings: [],
    dns: undefined,
    annotations: {},
    ...parts,
  };
}

/** The addresses in use; host-local keeps two files more in there. */
async function leases(): Promise<readonly string[]> {
  const files = await readdir(join(network.leaseDir, bridge)).catch(() => []);
  return files.filter((name) => /^[0-9a-f.:_]+$/.test(name));
}

async function ports(): Promise<readonly string[]> {
  const links = JSON.parse(await command("ip", ["-json", "link", "show", "master", bridge]));
  return links.map(({ ifname }: { readonly ifname: string }) => ifname);
}

/** The rules that mention an address or a sandbox of ours. */
async function rules(): Promise<readonly string[]> {
  const lines = (await command("iptables-save", ["-t", "nat"])).split("\n");
  return lines.filter((line) => line.includes("10.86.") || line.includes("0000000f"));
}

async function nothingLeft(): Promise<void> {
  assert.deepEqual(await leases(), []);
  assert.deepEqual(await ports(), []);
  assert.deepEqual(await rules(), []);
  assert.deepEqual(await readdir(join(folder, "cache/results")), []);
}

test("a pod gets an address, loopback and a port on the host, and leaves nothing of it behind", async () => {
  const life = await start();
  assert.deepEqual(life.condition(), { ok: true, reason: "", message: "" });
  await using netns = await namespace(1);
  const portMappings = [
    { protocol: "TCP", containerPort: 7000, hostPort: 38_686, hostIp: "" },
  ] as const;
  const one = pod(1, netns.path, { portMappings });
  const { ips } = await life.attach(one, noAbort);
  const [ip = ""] = ips;
  assert.match(ip, /^10\.86\.0\.\d+$/);
  assert.match(await command("ip", ["-n", netns.name, "addr", "show", "eth0"]), new RegExp(ip));
  assert.match(await command("ip", ["-n", netns.name, "link", "show", "lo"]), /LOOPBACK,UP/);

  const server = exec(
    "ip",
    ["netns", "exec", netns.name, "busybox", "nc", "-l", "-p", "7000", "-e", "echo", "hello"],
    { signal: noAbort, timeoutMillis: 20_000 },
  );
  let answer = "";
  await until("the pod answers on the host's port", async () => {
    answer = await readFrom("10.86.0.1", 38_686);
    return answer !== "";
  });
  assert.equal(answer, "hello\n");
  await server;

  await life.detach(one.sandboxId, netns.path, noAbort);
  await nothingLeft();
});

test("thirty rounds of success, failure, abort and crash leave the address pool as it was", async () => {
  const confDir = join(folder, "moody.d");
  await mkdir(confDir);
  const plugins = [
    {
      type: "bridge",
      bridge,
      isGateway: true,
      ipMasq: true,
      ipam: {
        type: "host-local",
        dataDir: network.leaseDir,
        ranges: [[{ subnet: "10.86.0.0/16" }]],
      },
    },
    { type: "portmap", capabilities: { portMappings: true } },
    { type: "moody" },
  ];
  const list = { cniVersion: "1.0.0", name: bridge, plugins };
  await writeFile(join(confDir, "10-moody.conflist"), JSON.stringify(list));
  const mood = join(folder, "mood");
  await writeFile(
    join(binDir, "moody"),
    `#!/bin/sh
[ "$CNI_COMMAND" = ADD ] || exit 0
case $(cat ${mood}) in
good) sed 's/^.*"prevResult"://; s/}$//' ;;
bad) echo '{"code":100,"msg":"in a mood"}'; exit 1 ;;
slow) exec sleep 100 ;;
esac
`,
  );
  await chmod(join(binDir, "moody"), 0o755);
  const portMappings = [
    { protocol: "TCP", containerPort: 7000, hostPort: 38_687, hostIp: "" },
  ] as const;
  let life = await start(confDir);
  const before = await leases();

  for (let round = 0; round < 30; round += 1) {
    const kind = ["good", "bad", "slow", "crash"][round % 4] ?? "good";
    await writeFile(mood, kind === "crash" ? "good" : kind);
    await using netns = await namespace(round);
    const one = pod(round, netns.path, { portMappings });
    if (kind === "crash") {
      await killedWhileAttaching(confDir, one);
      assert.equal((await leases()).length, before.length + 1);
      await endLives();
      life = await start(confDir);
      await until("the DEL is done", () => life.pending().length === 0);
    } else if (kind === "good") {
      await life.attach(one, noAbort);
      await life.detach(one.sandboxId, netns.path, noAbort);
    } else {
      const limit = kind === "slow" ? AbortSignal.timeout(400) : noAbort;
      await assert.rejects(life.attach(one, limit));
    }
    assert.deepEqual(await leases(), before, `round ${round}, ${kind}`);
  }
  assert.deepEqual(life.pending(), []);
  await nothingLeft();
});

test("after a reboot the addresses of the pods of before are freed without their namespaces", async () => {
  const life = await start();
  const pods = [];
  for (const number of [1, 2, 3]) {
    await using netns = await namespace(number);
    const one = pod(number, netns.path);
    await life.attach(one, noAbort);
    pods.push(one);
  }
  assert.equal((await leases()).length, 3);
  await endLives();
  const reborn = await start();
  await Promise.all(pods.map(({ sandboxId }) => reborn.detach(sandboxId, undefined, noAbort)));
  await nothingLeft();
});

test("a process's namespace serves while the process lives, and its path is not trusted after", async () => {
  const life = await start();
  const holder = spawn(unshare, ["--net", "sleep", "60"], { stdio: "ignore" });
  const ended = once(holder, "exit");
  const path = `/proc/${holder.pid}/ns/net`;
  const own = await readlink("/proc/self/ns/net");
  await until("it has a namespace", async () => (await readlink(path)) !== own);
  const one = pod(1, path);
  await life.attach(one, noAbort);
  assert.equal((await ports()).length, 1);
  holder.kill("SIGKILL");
  await ended;
  await life.detach(one.sandboxId, path, noAbort);
  await until("the kernel took the interface", async () => (await ports()).length === 0);
  await nothingLeft();
});

test("ten pods at once get ten addresses", async () => {
  const life = await start();
  await using stack = new AsyncDisposableStack();
  const pods: PodNetworkAttachment[] = [];
  for (let number = 0; number < 10; number += 1) {
    pods.push(pod(number, stack.use(await namespace(number)).path));
  }
  const answers = await Promise.all(pods.map((one) => life.attach(one, noAbort)));
  assert.equal(new Set(answers.flatMap(({ ips }) => ips)).size, 10);
  await Promise.all(
    pods.map(({ sandboxId, netnsPath }) => life.detach(sandboxId, netnsPath, noAbort)),
  );
  await nothingLeft();
});

test("both families come in the order of the network's ranges", async () => {
  const confDir = join(folder, "dual.d");
  await mkdir(confDir);
  const ranges = [[{ subnet: "fd00:86::/64" }], [{ subnet: "10.86.0.0/16" }]];
  const ipam = { type: "host-local", dataDir: network.leaseDir, ranges };
  const plugins = [{ type: "bridge", bridge, ipam }];
  const list = { cniVersion: "0.3.1", name: bridge, plugins };
  await writeFile(join(confDir, "10-dual.conflist"), JSON.stringify(list));
  const life = await start(confDir);
  await using netns = await namespace(1);
  const one = pod(1, netns.path);
  const { ips } = await life.attach(one, noAbort);
  assert.match(ips.join(" "), /^fd00:86::[0-9a-f]+ 10\.86\.\d+\.\d+$/);
  await life.detach(one.sandboxId, netns.path, noAbort);
  await nothingLeft();
});

test("the node's own namespace is refused", async () => {
  const life = await start();
  await assert.rejects(life.attach(pod(1, "/proc/self/ns/net"), noAbort), {
    kind: "FailedPrecondition",
  });
  await assert.rejects(life.attach(pod(1, "/etc/hosts"), noAbort), { kind: "FailedPrecondition" });
});

/** Attaches in a process of its own that is killed when the plugins are done and the result is not on disk. */
async function killedWhileAttaching(confDir: string, one: PodNetworkAttachment): Promise<void> {
  const source = join(import.meta.dirname, "../../src");
  const options = {
    confDirs: [confDir],
    binDirs: [binDir, "/usr/lib/cni"],
    cacheDir: join(folder, "cache"),
  };
  const code = `
    import { PodNetwork } from "${source}/network/pod-network.ts";
    import { systemClock } from "${source}/host/clock.ts";
    const nothing = () => undefined;
    const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
    const meter = { count: nothing, observe: nothing, gauge: nothing };
    const network = new PodNetwork({ ...${JSON.stringify(options)}, log, meter, clock: systemClock });
    const { signal } = new AbortController();
    await network.start(signal);
    await network.attach(${JSON.stringify(one)}, signal);
  `;
  const result = await exec(process.execPath, ["--input-type=module", "-e", code], {
    signal: noAbort,
    timeoutMillis: 30_000,
    env: { CRI_FERRY_FAILPOINTS: "network.attach.added=kill" },
  });
  assert.equal(result.exitCode, 137, result.stderr.toString());
}

/** Returns what a server sends before it closes; empty when nobody listens. */
function readFrom(host: string, port: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = "";
  const socket = connect({ host, port });
  socket.on("data", (chunk) => {
    text += chunk.toString();
  });
  socket.on("error", () => resolve(""));
  socket.on("close", () => resolve(text));
  return promise;
}
