import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import { test } from "node:test";
import { fromHostEnd, kernelNetwork, networkUsage, parseNetDev } from "./network-usage.ts";

/** Of a 6.18 kernel; the name of a long interface leaves no space before its counters on older ones. */
const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
  net1:      10       2    3    4    5     6          7         8        9      10   11   12   13    14      15         16
  eth0:18446744073709551615 2 1 0 0 0 0 0 2000 21 2 0 0 0 0 0
`;

const net1 = {
  name: "net1",
  rxBytes: 10n,
  rxPackets: 2n,
  rxErrors: 3n,
  rxDropped: 4n,
  txBytes: 9n,
  txPackets: 10n,
  txErrors: 11n,
  txDropped: 12n,
};
const eth0 = {
  name: "eth0",
  rxBytes: 18446744073709551615n,
  rxPackets: 2n,
  rxErrors: 1n,
  rxDropped: 0n,
  txBytes: 2000n,
  txPackets: 21n,
  txErrors: 2n,
  txDropped: 0n,
};

test("every interface but the loopback one is told with its counters", () => {
  assert.deepEqual(parseNetDev(text), [net1, eth0]);
});

test("eth0 is the default one, else the first; the others follow", () => {
  assert.deepEqual(networkUsage([net1, eth0], 5n), {
    timestampNanos: 5n,
    defaultInterface: eth0,
    interfaces: [net1],
  });
  assert.equal(networkUsage([net1], 5n)?.defaultInterface, net1);
});

test("a network without an interface is no network", () => {
  assert.equal(networkUsage([], 5n), undefined);
});

test("what comes in at the host's end went out of the pod", () => {
  assert.deepEqual(fromHostEnd({ ...net1, name: "veth1" }), [
    {
      name: "eth0",
      rxBytes: 9n,
      rxPackets: 10n,
      rxErrors: 11n,
      rxDropped: 12n,
      txBytes: 10n,
      txPackets: 2n,
      txErrors: 3n,
      txDropped: 4n,
    },
  ]);
  assert.deepEqual(fromHostEnd(undefined), []);
});

test("a process shows the interfaces of its namespace, unless it is another namespace by now", () => {
  const netns = readlinkSync("/proc/self/ns/net");
  assert.ok(kernelNetwork.interfacesOf(process.pid, netns)?.every(({ name }) => name !== "lo"));
  assert.equal(kernelNetwork.interfacesOf(process.pid, "net:[1]"), undefined);
  assert.equal(kernelNetwork.interfacesOf(2 ** 22 + 1, netns), undefined);
});

test("the host has no interface of a name that nobody gave", () => {
  assert.equal(kernelNetwork.hostInterface("cri-ferry-none"), undefined);
});
