import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CriError } from "../model/error.ts";
import { parseNetworkConfig, requestFor } from "./network-config.ts";

const read = (value: unknown) =>
  parseNetworkConfig(typeof value === "string" ? value : JSON.stringify(value), "/net.d/a.conf");

test("a list keeps its text, its order and every field of its plugins", () => {
  const text = `{ "cniVersion": "0.4.0", "name": "a.b-c_1", "disableGC": "True",
    "plugins": [{ "type": "bridge", "x": [1] }, { "type": "portmap", "capabilities": { "portMappings": true, "dns": false } }] }`;
  assert.deepEqual(read(text), {
    name: "a.b-c_1",
    cniVersion: "0.4.0",
    disableGc: true,
    plugins: [
      { type: "bridge", capabilities: [], fields: { type: "bridge", x: [1] } },
      {
        type: "portmap",
        capabilities: ["portMappings"],
        fields: { type: "portmap", capabilities: { portMappings: true, dns: false } },
      },
    ],
    text,
    file: "/net.d/a.conf",
  });
});

test("a single plugin becomes a list of one, whose text is a list too", () => {
  const single = { cniVersion: "0.3.1", name: "one", type: "ptp", mtu: 1400 };
  const network = read(single);
  assert.deepEqual(network.plugins, [{ type: "ptp", capabilities: [], fields: single }]);
  assert.deepEqual(JSON.parse(network.text), {
    cniVersion: "0.3.1",
    name: "one",
    plugins: [single],
  });
});

const versions = [
  [{}, "0.1.0"],
  [{ cniVersion: "" }, "0.1.0"],
  [{ cniVersion: "1.1.0" }, "1.1.0"],
  [{ cniVersion: "1.0.0", cniVersions: ["1.1.0", "0.4.0"] }, "1.1.0"],
  [{ cniVersion: "0.4.0", cniVersions: ["9.0.0", "1.0.0"] }, "1.0.0"],
  [{ cniVersions: ["0.3.1"] }, "0.3.1"],
] as const;
for (const [offer, version] of versions) {
  test(`of ${JSON.stringify(offer)} the version is ${version}`, () => {
    assert.equal(read({ ...offer, name: "n", plugins: [{ type: "t" }] }).cniVersion, version);
  });
}

const plugins = [{ type: "t" }];
const refused = [
  ["", "is empty"],
  ["{\n  x", /is not valid JSON \(line 2, column 3\)/],
  ["[]", "must be a JSON object"],
  [{ name: "n" }, /plugins\[0\]\.type must be the file name of a plugin/],
  [{ name: "n", plugins: [] }, "plugins must be a list with at least one plugin"],
  [{ name: "n", plugins: {} }, "plugins must be a list with at least one plugin"],
  [{ name: "n", plugins: ["t"] }, "plugins[0] must be an object"],
  [{ name: "n", plugins: [{ type: "../sh" }] }, /plugins\[0\]\.type must be the file name/],
  [{ name: "n", plugins: [{ type: "t", capabilities: 1 }] }, /capabilities must be an object/],
  [{ plugins }, /^\/net\.d\/a\.conf: name must be/],
  [{ name: "a/b", plugins }, /name must be/],
  [{ name: "x".repeat(129), plugins }, /name must be/],
  [{ name: "n", plugins, cniVersion: "2.0.0" }, /cniVersion \["2.0.0"\] must be one of 0.1.0, /],
  [{ name: "n", plugins, cniVersion: 1 }, /cniVersion \[1\] must be one of/],
  [{ name: "n", plugins, cniVersions: "1.0.0" }, "cniVersions must be a list"],
  [{ name: "n", plugins, disableGC: "perhaps" }, "disableGC must be true or false"],
] as const;
for (const [content, message] of refused) {
  test(`${JSON.stringify(content).slice(0, 60)} is refused with its file and key`, () => {
    assert.throws(
      () => read(content),
      (error: unknown) => {
        assert.ok(error instanceof CriError && error.kind === "FailedPrecondition");
        if (typeof message === "string") assert.equal(error.message, `/net.d/a.conf: ${message}`);
        else assert.match(error.message, message);
        return true;
      },
    );
  });
}

test("a broken file's text is not in the error, for it may hold a token", () => {
  for (const text of ['{"token": "s3cret" x}', '{"token": s3cret}', "s3cret"]) {
    assert.throws(
      () => read(text),
      (error: Error) => !error.message.includes("s3cret") && error.cause === undefined,
    );
  }
});

test("whatever the text, the answer is a network or a CriError", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        read(text);
      } catch (error) {
        assert.ok(error instanceof CriError);
      }
    }),
  );
});

test("a plugin gets its own fields, the network's name and version, and the capabilities it declared", () => {
  const network = read({
    cniVersion: "1.0.0",
    name: "n",
    plugins: [
      { type: "t", name: "mine", capabilities: { a: true, b: true, toString: true }, x: 1 },
    ],
  });
  const [plugin] = network.plugins;
  assert.ok(plugin !== undefined);
  const capabilityArgs = { a: [1], c: 2 };
  const request = requestFor(network, plugin, { prevResult: { ips: [] }, capabilityArgs });
  assert.deepEqual(JSON.parse(request), {
    type: "t",
    capabilities: { a: true, b: true, toString: true },
    x: 1,
    name: "n",
    cniVersion: "1.0.0",
    prevResult: { ips: [] },
    runtimeConfig: { a: [1] },
  });
  assert.ok(!("runtimeConfig" in JSON.parse(requestFor(network, plugin, {}))));
});
