import assert from "node:assert/strict";
import { test } from "node:test";
import { capabilityArgsOf, checkPodCidr, cniArgsOf } from "./attachment-args.ts";

const metadata = { name: "web", namespace: "shop", uid: "u-1", attempt: 3 };
const nothing = { portMappings: [], dns: undefined, annotations: {} };

for (const field of ["name", "namespace", "uid"] as const) {
  for (const value of ["a;b", "a=b", "a\nb", "a\u0000"]) {
    test(`a ${field} of ${JSON.stringify(value)} is refused by its name`, () => {
      assert.throws(() => cniArgsOf("id", { ...metadata, [field]: value }), {
        kind: "InvalidArgument",
        message: new RegExp(`^metadata\\.${field} must not have`),
      });
    });
  }
}

test("a pod that says nothing has no capability arguments", () => {
  assert.deepEqual(capabilityArgsOf(nothing, ""), {});
});

test("only ports that are published on the host are mapped", () => {
  const mapping = { protocol: "SCTP", containerPort: 1, hostPort: 2, hostIp: "10.0.0.1" } as const;
  const portMappings = [mapping, { ...mapping, hostPort: 0 }];
  assert.deepEqual(capabilityArgsOf({ ...nothing, portMappings }, ""), {
    portMappings: [{ hostPort: 2, containerPort: 1, protocol: "sctp", hostIP: "10.0.0.1" }],
  });
});

test("each direction of bandwidth stands for itself", () => {
  const annotations = { "kubernetes.io/egress-bandwidth": "1M" };
  assert.deepEqual(capabilityArgsOf({ ...nothing, annotations }, ""), {
    bandwidth: { egressRate: 1_000_000, egressBurst: 2_147_483_647 },
  });
});

for (const [text, message] of [
  ["999", /between 1k and 1P, not 999/],
  ["2P", /between 1k and 1P, not 2P/],
  ["fast", /must be a resource quantity/],
] as const) {
  test(`a bandwidth of ${text} is refused by its annotation`, () => {
    const annotations = { "kubernetes.io/ingress-bandwidth": text };
    assert.throws(() => capabilityArgsOf({ ...nothing, annotations }, ""), {
      kind: "InvalidArgument",
      message,
    });
  });
}

test("each pod range is a pool of its own, so that a pod gets an address of each", () => {
  assert.deepEqual(capabilityArgsOf(nothing, "10.1.0.0/24,fd00::/64"), {
    ipRanges: [[{ subnet: "10.1.0.0/24" }], [{ subnet: "fd00::/64" }]],
  });
});

test("pod ranges are CIDRs", () => {
  for (const good of ["", "10.1.0.0/24", "10.1.0.0/24,fd00::/64"]) {
    assert.equal(checkPodCidr(good), good);
  }
  for (const bad of ["x", "10.1.0.0", "10.1.0.0/33", "fd00::/129", "10.1.0.0/24,", "1.2.3.4/5/6"]) {
    assert.throws(() => checkPodCidr(bad), {
      kind: "InvalidArgument",
      message: /^pod_cidr must be/,
    });
  }
});
