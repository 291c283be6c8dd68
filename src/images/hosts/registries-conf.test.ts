import assert from "node:assert/strict";
import { test } from "node:test";
import { entryFor, parseRegistriesConf, relocated } from "./registries-conf.ts";

const text = `
unqualified-search-registries = ["docker.io"]
[[registry]]
location = "docker.io"
[[registry.mirror]]
location = "mirror.lan:5000/hub"
insecure = true
[[registry.mirror]]
location = "digests.lan"
pull-from-mirror = "digest-only"
[[registry]]
prefix = "docker.io/secret"
location = "docker.io/secret"
blocked = true
[[registry]]
prefix = "*.example.com"
location = "proxy.lan/cache"
`;

test("the longest prefix that a name lies under counts", () => {
  const entries = parseRegistriesConf(text, "r.conf");
  const prefix = (name: string) => entryFor(entries, name)?.prefix;
  assert.equal(prefix("docker.io/library/busybox"), "docker.io");
  assert.equal(prefix("docker.io/secret/app"), "docker.io/secret");
  assert.equal(prefix("docker.io/secrets/app"), "docker.io");
  assert.equal(prefix("a.b.example.com/app"), "*.example.com");
  assert.equal(prefix("example.com/app"), undefined);
  assert.equal(prefix("docker.iox/app"), undefined);
});

test("a location takes the prefix's place, for a wildcard the host's", () => {
  const entries = parseRegistriesConf(text, "r.conf");
  const moved = (name: string) => {
    const entry = entryFor(entries, name);
    assert.ok(entry !== undefined);
    return relocated(name, entry, entry.mirrors[0]?.location ?? entry.location);
  };
  assert.equal(moved("docker.io/library/busybox"), "mirror.lan:5000/hub/library/busybox");
  assert.equal(moved("a.example.com/x/y"), "proxy.lan/cache/x/y");
});

test("mirrors say what may be pulled from them", () => {
  const [hub] = parseRegistriesConf(text, "r.conf");
  assert.deepEqual(hub?.mirrors, [
    { location: "mirror.lan:5000/hub", insecure: true, pulls: "all" },
    { location: "digests.lan", insecure: false, pulls: "digest-only" },
  ]);
});

test("what is wrong is named with its file", () => {
  const table = [
    ["[registries.search]", /r\.conf: \[registries\] is version 1/],
    ["[[registry]]", /registry\[0\]: needs a location or a prefix/],
    ["[[registry]]\nlocation = 7", /registry\[0\]\.location is no text/],
    ['[[registry]]\nlocation="a"\n[[registry.mirror]]', /mirror\[0\]\.location: is needed/],
    ["registry = 1", /registry is no list/],
    ["[[", /^r\.conf: /],
  ] as const;
  for (const [toml, message] of table)
    assert.throws(() => parseRegistriesConf(toml, "r.conf"), { kind: "InvalidArgument", message });
});
