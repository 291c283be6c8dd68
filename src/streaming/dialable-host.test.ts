import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseAddress, defaultRouteDevice, dialableHost } from "./dialable-host.ts";

test("an address is dialled as it is, IPv6 in brackets; any address is one of this machine", () => {
  assert.equal(dialableHost("127.0.0.1"), "127.0.0.1");
  assert.equal(dialableHost("fd00::1"), "[fd00::1]");
  assert.match(dialableHost("0.0.0.0"), /^(?!0\.0)\d+(\.\d+){3}$/);
  assert.match(dialableHost("::"), /^\[(?!::\])[\da-f:]+\]$|^\d+(\.\d+){3}$/);
});

const address = (device: string, text: string, internal = false) => ({
  device,
  address: text,
  internal,
});

test("the interface with the default route is preferred, link-local and loopback never taken", () => {
  const addresses = [
    address("lo", "127.0.0.1", true),
    address("eth1", "169.254.3.4"),
    address("docker0", "172.17.0.1"),
    address("eth0", "192.0.2.7"),
  ];
  assert.equal(chooseAddress(addresses, "eth0"), "192.0.2.7");
  assert.equal(chooseAddress(addresses, undefined), "172.17.0.1");
  assert.equal(chooseAddress(addresses, "eth1"), "172.17.0.1");
  assert.equal(chooseAddress([address("eth0", "fe80::1")], "eth0"), undefined);
});

test("the default route is found as the kernel writes it", () => {
  const v4 = [
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT",
    "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
    "ens3\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
  ].join("\n");
  assert.equal(defaultRouteDevice(v4, "IPv4"), "ens3");
  const zero = "0".repeat(32);
  const v6 = [
    `${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo`,
    `${zero} 00 ${zero} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     ens3`,
  ].join("\n");
  assert.equal(defaultRouteDevice(v6, "IPv6"), "ens3");
  assert.equal(defaultRouteDevice("", "IPv4"), undefined);
});
