import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { CniNode, noAbort, sandboxIdOf, until } from "../../test/fakes/cni-node.ts";

for (const version of ["0.3.1", "0.4.0", "1.0.0", "1.1.0"]) {
  test(`a pod is connected and disconnected in version ${version}`, async () => {
    await using node = await CniNode.create([{ type: "bridge" }, { type: "portmap" }], version);
    const network = await node.start();
    await node.forget();
    const pod = node.pod(1);
    assert.deepEqual(await network.attach(pod, noAbort), { ips: ["10.1.0.2"] });
    assert.deepEqual(network.addresses(pod.sandboxId), ["10.1.0.2"]);
    assert.deepEqual(await node.cached(), [`net-${pod.sandboxId}-eth0`]);
    await network.detach(pod.sandboxId, pod.netnsPath, noAbort);

    const story = ["ADD bridge", "ADD portmap", "DEL portmap", "DEL bridge"];
    assert.deepEqual(await node.story(), story);
    for (const call of await node.calls()) {
      assert.equal(call.sandboxId, pod.sandboxId);
      assert.equal(call.netns, "/run/netns/pod1");
      assert.equal(call.ifName, "eth0");
      assert.equal(
        call.args,
        `IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=pod1;K8S_POD_INFRA_CONTAINER_ID=${pod.sandboxId};K8S_POD_UID=uid1`,
      );
      assert.equal(call.stdin["cniVersion"], version);
      assert.equal(call.stdin["name"], "net");
    }
    const withResult = (await node.calls()).map(({ stdin }) => "prevResult" in stdin);
    const onDelete = version !== "0.3.1";
    assert.deepEqual(withResult, [false, true, onDelete, onDelete]);
    assert.deepEqual(await node.leases(), []);
    assert.deepEqual(await node.cached(), []);
    assert.deepEqual(network.addresses(pod.sandboxId), []);
    assert.deepEqual(network.pending(), []);
  });
}

test("plugins get the capabilities that they declare, at ADD and at DEL", async () => {
  const capabilities = { portMappings: true, bandwidth: true, dns: true, ipRanges: false };
  await using node = await CniNode.create([{ type: "bridge" }, { type: "portmap", capabilities }]);
  const network = await node.start();
  await node.forget();
  network.setPodCidr("10.1.0.0/24");
  const pod = node.pod(1, {
    portMappings: [{ protocol: "UDP", containerPort: 53, hostPort: 5353, hostIp: "" }],
    dns: { servers: ["10.0.0.10"], searches: ["a.b"], options: ["ndots:5"] },
    annotations: { "kubernetes.io/ingress-bandwidth": "10M" },
  });
  await network.attach(pod, noAbort);
  await network.detach(pod.sandboxId, pod.netnsPath, noAbort);
  const runtimeConfig = {
    portMappings: [{ hostPort: 5353, containerPort: 53, protocol: "udp", hostIP: "" }],
    bandwidth: { ingressRate: 10_000_000, ingressBurst: 2_147_483_647 },
    dns: { servers: ["10.0.0.10"], searches: ["a.b"], options: ["ndots:5"] },
  };
  assert.deepEqual(
    (await node.calls()).map(({ stdin }) => stdin["runtimeConfig"]),
    [undefined, runtimeConfig, runtimeConfig, undefined],
  );
});

test("a failing ADD is followed by a DEL of the whole chain, and the error names plugin and file", async () => {
  await using node = await CniNode.create([{ type: "bridge" }, { type: "portmap" }]);
  await node.on(
    "portmap",
    "ADD",
    `echo '{"code":100,"msg":"no iptables","details":"at all"}'; exit 1`,
  );
  const network = await node.start();
  await node.forget();
  await assert.rejects(network.attach(node.pod(1), noAbort), {
    kind: "Internal",
    message: `CNI plugin portmap (${node.confDir}/10-net.conflist) failed ADD: no iptables; at all (code 100)`,
  });
  assert.deepEqual(await node.story(), ["ADD bridge", "ADD portmap", "DEL portmap", "DEL bridge"]);
  assert.deepEqual(await node.leases(), []);
  assert.deepEqual(await node.cached(), []);
  assert.deepEqual(network.pending(), []);
});

test("an ADD that hangs is killed at its deadline and taken down", async () => {
  await using node = await CniNode.create();
  await node.on("bridge", "ADD", "exec sleep 3600");
  const network = await node.start({ pluginTimeoutMillis: 150 });
  await assert.rejects(network.attach(node.pod(1), noAbort), {
    kind: "DeadlineExceeded",
    message: /bridge .* failed ADD: bridge did not end within 150 ms/,
  });
  assert.deepEqual(await node.story(), ["ADD bridge", "DEL bridge"]);
  assert.deepEqual(await node.cached(), []);
});

test("an ADD whose caller goes away is killed and taken down", async () => {
  await using node = await CniNode.create();
  await node.on("bridge", "ADD", "exec sleep 3600");
  const network = await node.start();
  const caller = new AbortController();
  const attaching = assert.rejects(network.attach(node.pod(1), caller.signal), {
    kind: "Cancelled",
  });
  await until("the plugin runs", async () => (await node.story()).length === 1);
  caller.abort();
  await attaching;
  assert.deepEqual(await node.story(), ["ADD bridge", "DEL bridge"]);
});

const badOutputs = [
  ["nothing", "exit 0", "it printed no result"],
  ["no JSON", "echo hello; exit 0", "what it printed is not valid JSON"],
  ["a list", "echo '[]'; exit 0", "it printed no result"],
  ["no address", `echo '{"cniVersion":"1.0.0"}'; exit 0`, "it has no address for eth0"],
  ["a broken address", `echo '{"ips":[{"address":"x"}]}'; exit 0`, "ips[0].address must be an IP"],
  ["a code and no words", "exit 3", "it said nothing (exit code 3)"],
  ["words on stderr", "echo oops >&2; exit 1", "oops (exit code 1)"],
  ["too much", "head -c 2000000 /dev/zero; exit 0", "wrote more than 1048576 bytes"],
  ["its own death", "kill -9 $$", "it said nothing (exit code 137)"],
] as const;
for (const [what, shell, message] of badOutputs) {
  test(`a plugin that answers ADD with ${what} fails it, and a DEL follows`, async () => {
    await using node = await CniNode.create();
    await node.on("bridge", "ADD", shell);
    const network = await node.start();
    await assert.rejects(network.attach(node.pod(1), noAbort), (error: Error) => {
      assert.ok(error.message.includes(message), error.message);
      assert.ok(error.message.includes("10-net.conflist"), error.message);
      return true;
    });
    assert.deepEqual(await node.story(), ["ADD bridge", "DEL bridge"]);
    assert.deepEqual(await node.cached(), []);
  });
}

test("where a plugin of the network is missing nothing is begun, so nothing is owed", async () => {
  await using node = await CniNode.create([{ type: "bridge" }, { type: "portmap" }]);
  const network = await node.start();
  await rm(join(node.binDir, "portmap"));
  await assert.rejects(network.attach(node.pod(1), noAbort), {
    kind: "Unavailable",
    message: `CNI plugin portmap (${node.confDir}/10-net.conflist) is not in ${node.binDir}`,
  });
  assert.deepEqual(await node.story(), []);
  assert.deepEqual(await node.cached(), []);
  assert.deepEqual(network.pending(), []);
});

test("a plugin that does not speak the version refuses ADD and DEL alike, and nothing is owed", async () => {
  await using node = await CniNode.create();
  const refuse = `echo '{"code":1,"msg":"incompatible CNI versions"}'; exit 1`;
  await node.on("bridge", "ADD", refuse);
  await node.on("bridge", "DEL", refuse);
  const network = await node.start();
  await assert.rejects(network.attach(node.pod(1), noAbort), { kind: "FailedPrecondition" });
  assert.deepEqual(await node.story(), ["ADD bridge", "DEL bridge"]);
  assert.deepEqual(network.pending(), []);
  await node.on("bridge", "ADD", undefined);
  await network.attach(node.pod(2), noAbort);
  await network.detach(sandboxIdOf(2), undefined, noAbort);
  assert.deepEqual(network.pending(), [sandboxIdOf(2)]);
});

test("without a namespace, or in the node's own, no plugin runs", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  for (const netnsPath of [undefined, "/proc/1/ns/net"]) {
    await assert.rejects(network.attach(node.pod(1, { netnsPath }), noAbort), {
      kind: "FailedPrecondition",
      message: /no network namespace of its own/,
    });
  }
  assert.deepEqual(await node.story(), []);
});

test("a pod whose names CNI_ARGS cannot carry is refused before any plugin runs", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  const metadata = { name: "a", namespace: "b", uid: "x;y=z", attempt: 0 };
  await assert.rejects(network.attach(node.pod(1, { metadata }), noAbort), {
    kind: "InvalidArgument",
    message: /^metadata\.uid must not have/,
  });
  assert.deepEqual(await node.story(), []);
});

test("the record is on disk before the first plugin runs, without a result", async () => {
  await using node = await CniNode.create();
  await node.on("bridge", "ADD", `cp "$base"/cache/results/* "$base/seen"`);
  const network = await node.start();
  const pod = node.pod(1);
  await network.attach(pod, noAbort);
  const before = JSON.parse(await readFile(join(node.base, "seen"), "utf8"));
  assert.equal(before.kind, "cniCacheV1");
  assert.equal(before.containerId, pod.sandboxId);
  assert.equal(before.result, undefined);
  const file = join(node.cacheDir, "results", `net-${pod.sandboxId}-eth0`);
  const after = JSON.parse(await readFile(file, "utf8"));
  assert.equal(after.result.ips[0].address, "10.1.0.2/16");
  assert.equal(after.netns, "/run/netns/pod1");
  const text = Buffer.from(after.config, "base64").toString();
  assert.equal(text, await readFile(join(node.confDir, "10-net.conflist"), "utf8"));
});

test("a sandbox that is connected already is disconnected first", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  await network.attach(node.pod(1), noAbort);
  await network.attach(node.pod(1), noAbort);
  assert.deepEqual(await node.story(), ["ADD bridge", "DEL bridge", "ADD bridge"]);
  assert.equal((await node.leases()).length, 1);
});

test("pods are connected and disconnected at the same time, each with an address of its own", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  const pods = Array.from({ length: 12 }, (_, index) => node.pod(index + 1));
  const answers = await Promise.all(pods.map((pod) => network.attach(pod, noAbort)));
  assert.equal(new Set(answers.flatMap(({ ips }) => ips)).size, 12);
  await Promise.all(
    pods.map(({ sandboxId, netnsPath }) => network.detach(sandboxId, netnsPath, noAbort)),
  );
  assert.deepEqual(await node.leases(), []);
});

test("attach and detach of one pod never overlap", async () => {
  await using node = await CniNode.create();
  const note = `mkdir "$base/busy" || touch "$base/overlap"; sleep 0.02; rmdir "$base/busy"`;
  await node.on("bridge", "ADD", note);
  await node.on("bridge", "DEL", note);
  const network = await node.start();
  const pod = node.pod(1);
  await Promise.all([
    network.attach(pod, noAbort),
    network.detach(pod.sandboxId, pod.netnsPath, noAbort),
    network.attach(pod, noAbort),
    network.detach(pod.sandboxId, pod.netnsPath, noAbort),
  ]);
  await assert.rejects(readFile(join(node.base, "overlap")), { code: "ENOENT" });
  assert.deepEqual(await node.story(), ["ADD bridge", "DEL bridge", "ADD bridge", "DEL bridge"]);
});

test("the loopback plugin runs when lo is down, and only where there is one", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  await network.attach(node.pod(1, { loopbackUp: false }), noAbort);
  assert.deepEqual(await node.story(), ["ADD bridge"]);
  await node.install("loopback");
  await network.attach(node.pod(2, { loopbackUp: false }), noAbort);
  await network.attach(node.pod(3), noAbort);
  const loopback = (await node.calls()).filter(({ type }) => type === "loopback");
  assert.deepEqual(
    loopback.map(({ sandboxId, ifName, netns }) => [sandboxId, ifName, netns]),
    [[sandboxIdOf(2), "lo", "/run/netns/pod2"]],
  );
});
