import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CriError } from "../model/error.ts";
import { hostEndOf, podAddresses } from "./cni-result.ts";

const host = { name: "br0" };
const veth = { name: "veth1", sandbox: "" };
const eth0 = { name: "eth0", sandbox: "/run/netns/a" };
const net1 = { name: "net1", sandbox: "/run/netns/a" };
const ip = (address: string, on?: number | null) =>
  on === undefined ? { address } : { address, interface: on };

const results = [
  ["one address", { interfaces: [host, eth0], ips: [ip("10.1.0.2/16", 1)] }, ["10.1.0.2"]],
  [
    "two families in the plugin's order",
    { interfaces: [eth0], ips: [ip("fd00::2/64", 0), ip("10.1.0.2/16", 0)] },
    ["fd00::2", "10.1.0.2"],
  ],
  [
    "addresses on the host's side left out",
    { interfaces: [host, veth, eth0], ips: [ip("10.1.0.1/16", 0), ip("10.1.0.2/16", 2)] },
    ["10.1.0.2"],
  ],
  [
    "the named interface before others of the pod",
    { interfaces: [net1, eth0], ips: [ip("10.2.0.2/16", 0), ip("10.1.0.2/16", 1)] },
    ["10.1.0.2"],
  ],
  [
    "another interface of the pod where the named one has none",
    { interfaces: [net1], ips: [ip("10.2.0.2/16", 0)] },
    ["10.2.0.2"],
  ],
  ["no interfaces at all", { ips: [ip("10.1.0.2/16")] }, ["10.1.0.2"]],
  ["an index where there are no interfaces", { ips: [ip("10.1.0.2/16", 0)] }, ["10.1.0.2"]],
  ["a null index", { interfaces: [eth0], ips: [ip("10.1.0.2/16", null)] }, ["10.1.0.2"]],
  ["a negative index", { interfaces: [eth0], ips: [ip("10.1.0.2/16", -1)] }, ["10.1.0.2"]],
  ["no addresses", { interfaces: [eth0], ips: [] }, []],
  ["null lists", { interfaces: null, ips: null }, []],
  [
    "the form before 0.3.0",
    { ip4: { ip: "10.1.0.2/16" }, ip6: { ip: "fd00::2/64" } },
    ["10.1.0.2", "fd00::2"],
  ],
  ["nothing", {}, []],
] as const;
for (const [what, result, addresses] of results) {
  test(`addresses are read from a result with ${what}`, () => {
    assert.deepEqual(podAddresses(result, "eth0"), addresses);
  });
}

const broken = [
  [null, "must be a JSON object"],
  [{ ips: {} }, "ips must be a list"],
  [{ ips: [1] }, "ips[0] must be an object"],
  [{ ips: [{}] }, "ips[0].address must be an IP address with a prefix length"],
  [
    { ips: [{ address: "10.1.0/16" }] },
    "ips[0].address must be an IP address with a prefix length",
  ],
  [
    { interfaces: [eth0], ips: [ip("10.1.0.2/16", 7)] },
    "ips[0].interface must be an index into interfaces, of which there are 1",
  ],
  [{ interfaces: [{}], ips: [] }, "interfaces[0].name must be a text"],
  [{ ip4: 1 }, "ip4 must be an object"],
] as const;
for (const [result, message] of broken) {
  test(`a result ${JSON.stringify(result)} is refused`, () => {
    assert.throws(() => podAddresses(result, "eth0"), { kind: "Internal", message });
  });
}

test("whatever a plugin prints, the answer is addresses or a CriError", () => {
  const anything = fc.record(
    { ips: fc.jsonValue(), interfaces: fc.jsonValue(), ip4: fc.jsonValue() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), anything), (result) => {
      try {
        podAddresses(result, "eth0");
      } catch (error) {
        assert.ok(error instanceof CriError);
      }
    }),
  );
});

test("the host's end of a link is what is named just before the pod's", () => {
  assert.equal(hostEndOf({ interfaces: [host, veth, eth0, net1] }, "eth0"), "veth1");
  assert.equal(hostEndOf({ interfaces: [eth0, veth] }, "eth0"), undefined);
  assert.equal(hostEndOf({ interfaces: [veth, net1] }, "eth0"), undefined);
  assert.equal(hostEndOf({ ips: [] }, "eth0"), undefined);
  assert.equal(hostEndOf(undefined, "eth0"), undefined);
});
