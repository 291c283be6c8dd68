import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHostsToml } from "./hosts-toml.ts";

test("mirrors stand in the file's order, the server by itself", () => {
  const { mirrors, server } = parseHostsToml(
    `server = "https://registry-1.docker.io"
[host."https://z.lan"]
  capabilities = ["pull", "resolve"]
  ca = "z.pem"
  skip_verify = true
[host."http://a.lan:5000/v2/prefix"]
  override_path = true
  client = [["a.cert", "a.key"], ["b.pem", ""]]
  [host."http://a.lan:5000/v2/prefix".header]
    X-One = "1"
    X-Two = ["a", "b"]
`,
    "hosts.toml",
  );
  assert.deepEqual(
    mirrors.map(({ server: name }) => name),
    ["https://z.lan", "http://a.lan:5000/v2/prefix"],
  );
  assert.deepEqual([...(mirrors[0]?.capabilities ?? [])], ["pull", "resolve"]);
  assert.deepEqual(mirrors[0]?.tls, { ca: ["z.pem"], client: [], skipVerify: true });
  assert.equal(mirrors[1]?.overridePath, true);
  assert.deepEqual(mirrors[1]?.headers, { "x-one": "1", "x-two": "a, b" });
  assert.deepEqual(mirrors[1]?.tls.client, [
    { cert: "a.cert", key: "a.key" },
    { cert: "b.pem", key: undefined },
  ]);
  assert.equal(server?.server, "https://registry-1.docker.io");
});

test("a host without a scheme is https, a file without a server leaves the registry as it is", () => {
  const { mirrors, server } = parseHostsToml('[host."m.lan"]', "hosts.toml");
  assert.equal(mirrors[0]?.server, "https://m.lan");
  assert.deepEqual([...(mirrors[0]?.capabilities ?? [])], ["pull", "resolve", "push"]);
  assert.equal(server, undefined);
});

test("what is wrong is named with file and key", () => {
  const table = [
    ['[host."a"]\ncapabilities = ["pul"]', /host\."a"\.capabilities: "pul" is none of/],
    ["host = 1", /hosts\.toml: host is no table/],
    ['[host."a"]\nca = 7', /host\."a"\.ca/],
    ["server = [", /^hosts\.toml: /],
  ] as const;
  for (const [toml, message] of table)
    assert.throws(() => parseHostsToml(toml, "hosts.toml"), { kind: "InvalidArgument", message });
});
