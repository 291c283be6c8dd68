import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CriError } from "../model/error.ts";
import {
  type AttachmentRecord,
  decodeRecord,
  encodeRecord,
  recordFileName,
  unknownRecord,
} from "./attachment-record.ts";

const id = "fa".padEnd(64, "0");

/** Written by libcni 1.2.3 for bridge and portmap. */
const fromLibcni = {
  kind: "cniCacheV1",
  containerId: id,
  config: "eyJuYW1lIjoibmV0In0=",
  ifName: "eth0",
  networkName: "net",
  netns: "/run/netns/x",
  cniArgs: [
    ["IgnoreUnknown", "1"],
    ["K8S_POD_NAME", "p"],
  ],
  capabilityArgs: { portMappings: [{ containerPort: 80, hostPort: 38_699, protocol: "tcp" }] },
  result: {
    cniVersion: "1.0.0",
    interfaces: [
      { mac: "36:b0:ac:fe:5f:42", name: "br0" },
      { mac: "ea:dc:9c:4c:5f:73", name: "eth0", sandbox: "/run/netns/x" },
    ],
    ips: [{ address: "10.86.0.2/16", gateway: "10.86.0.1", interface: 1 }],
  },
};

test("a file of libcni is read whole", () => {
  assert.deepEqual(decodeRecord(JSON.stringify(fromLibcni), `net-${id}-eth0`), {
    sandboxId: id,
    network: "net",
    ifName: "eth0",
    netnsPath: "/run/netns/x",
    cniArgs: fromLibcni.cniArgs,
    capabilityArgs: fromLibcni.capabilityArgs,
    configText: '{"name":"net"}',
    result: fromLibcni.result,
    addresses: ["10.86.0.2"],
    own: undefined,
  });
});

test("a record is written with libcni's fields, and our mark beside them", () => {
  const record = decodeRecord(JSON.stringify(fromLibcni), "");
  assert.deepEqual(JSON.parse(encodeRecord(record)), fromLibcni);
  const own = { phase: "adding", netnsIdentity: "x" } as const;
  assert.deepEqual(JSON.parse(encodeRecord({ ...record, own })), { ...fromLibcni, criFerry: own });
  assert.equal(recordFileName(record), `net-${id}-eth0`);
});

test("libcni's leanest file is read, with Go's null for empty lists", () => {
  const { kind, containerId, ifName, networkName } = fromLibcni;
  const lean = { kind, containerId, config: "", ifName, networkName, cniArgs: null, result: null };
  const record = decodeRecord(JSON.stringify(lean), "");
  assert.deepEqual(record.cniArgs, []);
  assert.equal(record.configText, undefined);
  assert.equal(record.result, undefined);
});

test("the bare result of a libcni before 0.8 is read by its file's name", () => {
  const record = decodeRecord(JSON.stringify(fromLibcni.result), `k8s-pod-net-${id}-eth0`);
  assert.equal(record.network, "k8s-pod-net");
  assert.equal(record.sandboxId, id);
  assert.deepEqual(record.addresses, ["10.86.0.2"]);
  assert.equal(record.configText, undefined);
});

test("what is written is read again", () => {
  const text = fc.string({ unit: "grapheme" });
  const plain = { noNullPrototype: true } as const;
  const mark = {
    phase: fc.constantFrom("adding", "attached", "deleting"),
    netnsIdentity: fc.option(text, { nil: undefined }),
  } as const;
  const records: fc.Arbitrary<AttachmentRecord> = fc.record(
    {
      sandboxId: text,
      network: text,
      ifName: text,
      netnsPath: text,
      cniArgs: fc.array(fc.tuple(text, text)),
      capabilityArgs: fc.dictionary(fc.constantFrom("dns", "portMappings"), text, plain),
      configText: fc.option(fc.string({ unit: "grapheme", minLength: 1 }), { nil: undefined }),
      result: fc.constantFrom(undefined, { cniVersion: "1.0.0" }),
      addresses: fc.constant([]),
      own: fc.option(fc.record(mark, plain), { nil: undefined }),
    },
    plain,
  );
  fc.assert(
    fc.property(records, (record) => {
      assert.deepEqual(decodeRecord(encodeRecord(record), ""), record);
    }),
  );
});

const damaged = [
  ["", "is empty"],
  ["{", "is not valid JSON"],
  ["[]", "is not a JSON object"],
  ["{}", "is of kind undefined"],
  [JSON.stringify({ ...fromLibcni, kind: "cniCacheV2" }), 'is of kind "cniCacheV2"'],
  [JSON.stringify({ ...fromLibcni, containerId: 1 }), "has no text containerId"],
  [JSON.stringify({ ...fromLibcni, cniArgs: {} }), "has cniArgs that are not a list"],
  [JSON.stringify({ ...fromLibcni, cniArgs: [["a"]] }), "has a broken cniArgs"],
  [JSON.stringify(fromLibcni.result), "is a bare result under a name that tells no sandbox"],
] as const;
for (const [text, message] of damaged) {
  test(`a file that ${message} is refused`, () => {
    assert.throws(
      () => decodeRecord(text, "short-name"),
      (error: unknown) => error instanceof CriError && error.message.startsWith(message),
    );
  });
}

test("a damaged file's name tells network, sandbox and interface", () => {
  const { network, sandboxId, ifName } = unknownRecord(`a-b-${id}-eth0`) ?? {};
  assert.deepEqual([network, sandboxId, ifName], ["a-b", id, "eth0"]);
  assert.equal(unknownRecord("a-short-eth0"), undefined);
});
