import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { hostname } from "node:os";
import { test } from "node:test";
import { cgroupParent } from "../cgroup-parent.ts";
import { podLinux, shell, shellIn, startContainer, startPod } from "../pod.ts";
import { needs } from "../subject.ts";

test("the pod has the hostname that it was given", async (t) => {
  const pod = await startPod(t, { hostname: "a-host-of-its-own" });
  const id = await startContainer(pod);
  assert.equal(await shell(id, "hostname"), "a-host-of-its-own");
  assert.equal(await shell(id, "echo $HOSTNAME"), "a-host-of-its-own");
});

test("a pod of the node's network has the node's hostname", async (t) => {
  const pod = await startPod(t, { hostname: "", linux: podLinux({ network: "NODE" }) });
  assert.equal(await shellIn(pod, {}, "hostname"), hostname());
});

test("DNS settings become resolv.conf, in their order", async (t) => {
  const dnsConfig = {
    servers: ["10.10.10.10", "10.10.10.11"],
    searches: ["ns.svc.cluster.local", "svc.cluster.local"],
    options: ["ndots:5", "timeout:2"],
  };
  const pod = await startPod(t, { dnsConfig });
  const lines = (await shellIn(pod, {}, "cat /etc/resolv.conf"))
    .split("\n")
    .map((line) => line.trim());
  const values = (key: string) =>
    lines
      .filter((line) => line.startsWith(`${key} `))
      .flatMap((line) => line.split(/\s+/).slice(1));
  assert.deepEqual(values("nameserver"), dnsConfig.servers);
  assert.deepEqual(values("search"), dnsConfig.searches);
  assert.deepEqual(values("options"), dnsConfig.options);
});

test("every container of a pod sees the same DNS settings", async (t) => {
  const pod = await startPod(t, { dnsConfig: { servers: ["10.10.10.12"] } });
  const first = await shellIn(pod, {}, "cat /etc/resolv.conf");
  assert.equal(await shellIn(pod, {}, "cat /etc/resolv.conf"), first);
  assert.match(first, /nameserver 10\.10\.10\.12/);
});

test("sysctls hold in the pod", async (t) => {
  const sysctls = { "kernel.shm_rmid_forced": "1", "net.ipv4.ip_local_port_range": "1024 65000" };
  const pod = await startPod(t, { linux: { ...podLinux({}), sysctls } });
  const id = await startContainer(pod);
  assert.equal(await shell(id, "cat /proc/sys/kernel/shm_rmid_forced"), "1");
  const range = await shell(id, "cat /proc/sys/net/ipv4/ip_local_port_range");
  assert.deepEqual(range.split(/\s+/), ["1024", "65000"]);
});

test("containers of a pod share /dev/shm, those of another pod do not", async (t) => {
  const pod = await startPod(t);
  await shellIn(pod, {}, "echo shared > /dev/shm/mark");
  assert.equal(await shellIn(pod, {}, "cat /dev/shm/mark"), "shared");
  const other = await startPod(t);
  assert.equal(await shellIn(other, {}, "ls /dev/shm"), "");
});

test("containers lie below the cgroup parent", needs("cgroup-parent"), async (t) => {
  const parent = await cgroupParent();
  const pod = await startPod(t, { linux: { ...podLinux({}), cgroupParent: parent.path } });
  t.after(() => parent.remove());
  const id = await startContainer(pod);
  const children = parent.folders().flatMap((folder) => readdirSync(folder));
  assert.ok(
    children.some((child) => child.includes(id)),
    `${id} is below ${parent.path}`,
  );
});
