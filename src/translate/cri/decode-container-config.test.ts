import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "../../../test/refusal.ts";
import { type Input, throughTheWire } from "../../../test/wire.ts";
import { noResources } from "../../model/resources.ts";
import { decodeContainerConfig } from "./decode-container-config.ts";
import { decodeContainerSecurity } from "./decode-security-context.ts";

type Wire = Input<"ContainerConfig">;

const minimal = { metadata: { name: "main" }, image: { image: "busybox" } } satisfies Wire;

function decode(wire: Wire): ReturnType<typeof decodeContainerConfig> {
  return decodeContainerConfig(throughTheWire("ContainerConfig", wire), "config");
}

const image = {
  image: "busybox",
  annotations: {},
  userSpecifiedImage: "",
  runtimeHandler: "",
  imageRef: "",
};

test("a name and an image are enough", () => {
  assert.deepEqual(decode(minimal), {
    metadata: { name: "main", attempt: 0 },
    image,
    command: [],
    args: [],
    workingDir: "",
    envs: [],
    mounts: [],
    devices: [],
    labels: {},
    annotations: {},
    logPath: "",
    stdin: false,
    stdinOnce: false,
    tty: false,
    cdiDevices: [],
    stopSignal: undefined,
    resources: noResources,
    security: decodeContainerSecurity(null, ""),
  });
});

test("a kubelet's container is carried over, bytes of the environment included", () => {
  const decoded = decode({
    metadata: { name: "main", attempt: 2 },
    image: {
      image: "sha256:abc",
      annotations: { arch: "arm64" },
      userSpecifiedImage: "busybox:1",
      runtimeHandler: "crun",
      imageRef: "r.test/busybox@sha256:abc",
    },
    command: ["sh", "-c"],
    args: ["echo 'a\nb'", ""],
    workingDir: "/srv",
    envs: [
      { key: "TEXT", value: Buffer.from("zwölf\n") },
      { key: "BYTES", value: Uint8Array.of(1, 255, 254) },
      { key: "EMPTY" },
    ],
    mounts: [{ containerPath: "/data", hostPath: "/srv/data" }],
    devices: [{ containerPath: "/dev/n", hostPath: "/dev/null", permissions: "r" }],
    labels: { a: "b" },
    annotations: { c: "d\ne" },
    logPath: "main/2.log",
    stdin: true,
    stdinOnce: true,
    tty: true,
    CDIDevices: [{ name: "vendor.com/gpu=gpu0" }],
    stopSignal: "SIGNAL_SIGRTMINPLUS3",
    linux: { resources: { cpuShares: 10 }, securityContext: { noNewPrivs: true } },
  });
  const [mount] = decoded.mounts;
  assert.equal(mount?.hostPath, "/srv/data");
  assert.deepEqual(
    { ...decoded, mounts: [] },
    {
      metadata: { name: "main", attempt: 2 },
      image: {
        image: "sha256:abc",
        annotations: { arch: "arm64" },
        userSpecifiedImage: "busybox:1",
        runtimeHandler: "crun",
        imageRef: "r.test/busybox@sha256:abc",
      },
      command: ["sh", "-c"],
      args: ["echo 'a\nb'", ""],
      workingDir: "/srv",
      envs: [
        { key: "TEXT", value: new Uint8Array(Buffer.from("zwölf\n")) },
        { key: "BYTES", value: Uint8Array.of(1, 255, 254) },
        { key: "EMPTY", value: new Uint8Array() },
      ],
      mounts: [],
      devices: [{ containerPath: "/dev/n", hostPath: "/dev/null", permissions: "r" }],
      labels: { a: "b" },
      annotations: { c: "d\ne" },
      logPath: "main/2.log",
      stdin: true,
      stdinOnce: true,
      tty: true,
      cdiDevices: ["vendor.com/gpu=gpu0"],
      stopSignal: "SIGRTMIN+3",
      resources: { ...noResources, cpuShares: 10 },
      security: { ...decodeContainerSecurity(null, ""), noNewPrivs: true },
    },
  );
});

test("an environment's value does not keep the whole message in memory", () => {
  const value = decode({ ...minimal, envs: [{ key: "A", value: Buffer.from("b") }] }).envs[0]
    ?.value;
  assert.equal(value?.buffer.byteLength, 1);
});

const bad: readonly (readonly [string, string, Wire])[] = [
  ["metadata", "no metadata", { metadata: null }],
  ["metadata.name", "an empty name", { metadata: { attempt: 1 } }],
  ["image", "no image", { image: null }],
  ["image.image", "an image without a name", { image: {} }],
  ["image.image", "an image of two words", { image: { image: "a b" } }],
  [
    "image.user_specified_image",
    "an image's name of two lines",
    { image: { image: "a", userSpecifiedImage: "a\nb" } },
  ],
  ["command[1]", "NUL in a command", { command: ["sh", "a\0b"] }],
  ["args[0]", "NUL in an argument", { args: ["\0"] }],
  ["working_dir", "a relative working directory", { workingDir: "srv" }],
  ["envs[0].key", "an empty key", { envs: [{ value: Buffer.from("x") }] }],
  ["envs[0].key", "a key with =", { envs: [{ key: "A=B" }] }],
  ["envs[0].key", "a key with NUL", { envs: [{ key: "A\0" }] }],
  [
    "envs[1].value",
    "a value with NUL",
    { envs: [{ key: "A" }, { key: "B", value: Uint8Array.of(1, 0) }] },
  ],
  [
    "mounts[1].container_path",
    "a bad mount",
    { mounts: [{ containerPath: "/a", hostPath: "/a" }, {}] },
  ],
  ["devices[0].container_path", "a bad device", { devices: [{ hostPath: "/dev/null" }] }],
  ["log_path", "an absolute log path", { logPath: "/var/log/x.log" }],
  ["log_path", "a log path that climbs", { logPath: "a/../../x.log" }],
  ["log_path", "a log path of two lines", { logPath: "x.log\n" }],
  ["log_path", "a log path with NUL", { logPath: "x\0.log" }],
  ["log_path", "a log path that is a folder", { logPath: "main/" }],
  ["log_path", "a log path that is the folder itself", { logPath: "." }],
  ["CDI_devices[0].name", "a CDI name without vendor", { CDIDevices: [{ name: "gpu0" }] }],
  ["stop_signal", "an unknown signal", { stopSignal: 99 as 65 }],
  [
    "linux.resources.oom_score_adj",
    "bad resources",
    { linux: { resources: { oomScoreAdj: 2000 } } },
  ],
  [
    "linux.security_context.seccomp.localhost_ref",
    "a profile without a file",
    { linux: { securityContext: { seccomp: { profileType: "Localhost" } } } },
  ],
  ["windows", "a Windows container", { windows: {} }],
];

for (const [field, what, change] of bad) {
  test(`${what} is refused`, () => {
    const message = refusalOf(() => decode({ ...minimal, ...change }));
    assert.ok(message.startsWith(`config.${field}: `), message);
  });
}

test("what is refused is not repeated: it may be a secret", () => {
  const envs = [{ key: "TOKEN", value: Buffer.from("hunter2\0") }];
  assert.doesNotMatch(
    refusalOf(() => decode({ ...minimal, envs })),
    /hunter2/,
  );
});
