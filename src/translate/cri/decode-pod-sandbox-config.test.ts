import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "../../../test/refusal.ts";
import { type Input, throughTheWire } from "../../../test/wire.ts";
import { noResources } from "../../model/resources.ts";
import { decodePodSandboxConfig } from "./decode-pod-sandbox-config.ts";
import { decodeSandboxSecurity } from "./decode-security-context.ts";

type Wire = Input<"PodSandboxConfig">;

function decode(wire: Wire): ReturnType<typeof decodePodSandboxConfig> {
  return decodePodSandboxConfig(throughTheWire("PodSandboxConfig", wire), "config");
}

const metadata = { name: "web", namespace: "shop", uid: "not a uuid", attempt: 3 };

test("a kubelet's sandbox is carried over", () => {
  const wire: Wire = {
    metadata,
    hostname: "web",
    logDirectory: "/var/log/pods/shop_web_1",
    dnsConfig: {
      servers: ["10.96.0.10", "fe80::1%eth0"],
      searches: ["svc.cluster.local", "."],
      options: ["ndots:5"],
    },
    portMappings: [
      { protocol: "SCTP", containerPort: 80, hostPort: 8080, hostIp: "::1" },
      { containerPort: 53 },
    ],
    labels: { app: "web" },
    annotations: { note: "two\nlines", ["__proto__"]: "kept" },
    linux: {
      cgroupParent: "/kubepods/burstable/pod1",
      sysctls: { "net.ipv4.ip_forward": "1", "net/ipv4/conf/eth0.1/forwarding": "" },
      securityContext: { namespaceOptions: { pid: "CONTAINER" } },
      overhead: {},
      resources: { cpuShares: 2 },
    },
  };
  assert.deepEqual(decode(wire), {
    metadata,
    hostname: "web",
    logDirectory: "/var/log/pods/shop_web_1",
    dns: {
      servers: ["10.96.0.10", "fe80::1%eth0"],
      searches: ["svc.cluster.local", "."],
      options: ["ndots:5"],
    },
    portMappings: [
      { protocol: "SCTP", containerPort: 80, hostPort: 8080, hostIp: "::1" },
      { protocol: "TCP", containerPort: 53, hostPort: 0, hostIp: "" },
    ],
    labels: { app: "web" },
    annotations: { note: "two\nlines", ["__proto__"]: "kept" },
    cgroupParent: "/kubepods/burstable/pod1",
    sysctls: { "net.ipv4.ip_forward": "1", "net/ipv4/conf/eth0.1/forwarding": "" },
    security: {
      ...decodeSandboxSecurity(null, ""),
      namespaces: {
        network: "POD",
        pid: "CONTAINER",
        ipc: "POD",
        targetId: undefined,
        user: undefined,
      },
    },
    overhead: noResources,
    resources: { ...noResources, cpuShares: 2 },
  });
});

test("metadata alone is enough", () => {
  assert.deepEqual(decode({ metadata: { name: "a", namespace: "b" } }), {
    metadata: { name: "a", namespace: "b", uid: "", attempt: 0 },
    hostname: "",
    logDirectory: "",
    dns: undefined,
    portMappings: [],
    labels: {},
    annotations: {},
    cgroupParent: "",
    sysctls: {},
    security: decodeSandboxSecurity(null, ""),
    overhead: undefined,
    resources: undefined,
  });
});

test("a slice's name and a slice's path are cgroup parents", () => {
  for (const cgroupParent of ["kubepods-pod1.slice", "/kubepods.slice/kubepods-pod1.slice"]) {
    assert.equal(decode({ metadata, linux: { cgroupParent } }).cgroupParent, cgroupParent);
  }
});

const bad: readonly (readonly [string, string, Wire])[] = [
  ["metadata", "no metadata", { metadata: null }],
  ["metadata.name", "an empty name", { metadata: { ...metadata, name: "" } }],
  ["metadata.namespace", "an empty namespace", { metadata: { ...metadata, namespace: "" } }],
  ["metadata.name", "a name of two lines", { metadata: { ...metadata, name: "a\nb" } }],
  ["metadata.uid", "NUL in a uid", { metadata: { ...metadata, uid: "\0" } }],
  ["hostname", "a hostname of two lines", { hostname: "web\n10.0.0.1 bank.test" }],
  ["hostname", "a hostname of 65 letters", { hostname: "a".repeat(65) }],
  ["log_directory", "a relative log folder", { logDirectory: "logs" }],
  ["log_directory", "a log folder that climbs", { logDirectory: "/var/log/../../etc" }],
  ["log_directory", "a log folder of two lines", { logDirectory: "/var/log\n" }],
  ["dns_config.servers[0]", "a server of two lines", { dnsConfig: { servers: ["1.1.1.1\n"] } }],
  ["dns_config.searches[1]", "two searches in one", { dnsConfig: { searches: ["a", "b c"] } }],
  ["dns_config.options[0]", "an empty option", { dnsConfig: { options: [""] } }],
  ["dns_config.options[0]", "NUL in an option", { dnsConfig: { options: ["ndots:5\0"] } }],
  ["port_mappings[0].container_port", "a negative port", { portMappings: [{ containerPort: -1 }] }],
  [
    "port_mappings[0].host_port",
    "a port beyond 65535",
    { portMappings: [{ containerPort: 1, hostPort: 65_536 }] },
  ],
  [
    "port_mappings[0].container_port",
    "a host port for nothing",
    { portMappings: [{ hostPort: 1 }] },
  ],
  [
    "port_mappings[0].host_ip",
    "a name as host address",
    { portMappings: [{ containerPort: 1, hostIp: "localhost" }] },
  ],
  [
    "port_mappings[0].protocol",
    "an unknown protocol",
    { portMappings: [{ containerPort: 1, protocol: 6 as 0 }] },
  ],
  ["linux.cgroup_parent", "a relative cgroup", { linux: { cgroupParent: "kubepods/pod1" } }],
  ["linux.cgroup_parent", "a cgroup that climbs", { linux: { cgroupParent: "/a/../.." } }],
  [
    'linux.sysctls["../kernel"]',
    "a sysctl elsewhere",
    { linux: { sysctls: { "../kernel": "1" } } },
  ],
  [
    'linux.sysctls["kernel..x"]',
    "a sysctl that climbs",
    { linux: { sysctls: { "kernel..x": "1" } } },
  ],
  [
    'linux.sysctls["a.b"]',
    "a sysctl's value of two lines",
    { linux: { sysctls: { "a.b": "1\n2" } } },
  ],
  [
    "linux.security_context.seccomp.localhost_ref",
    "a profile without a file",
    { linux: { securityContext: { seccomp: { profileType: "Localhost" } } } },
  ],
  ["linux.overhead.cpu_shares", "negative overhead", { linux: { overhead: { cpuShares: -1 } } }],
  ["linux.resources.cpu_period", "negative resources", { linux: { resources: { cpuPeriod: -1 } } }],
  ["windows", "a Windows pod", { windows: {} }],
];

for (const [field, what, change] of bad) {
  test(`${what} is refused`, () => {
    const message = refusalOf(() => decode({ metadata, ...change }));
    assert.ok(message.startsWith(`config.${field}: `), message);
  });
}
