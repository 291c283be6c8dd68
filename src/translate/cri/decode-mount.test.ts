import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "../../../test/refusal.ts";
import { type Input, throughTheWire } from "../../../test/wire.ts";
import { decodeDevice, decodeMount } from "./decode-mount.ts";

function decode(wire: Input<"Mount">): ReturnType<typeof decodeMount> {
  return decodeMount(throughTheWire("Mount", wire), "m");
}

const volume: Input<"Mount"> = { containerPath: "/data", hostPath: "/srv/data" };
const image: Input<"Mount"> = { containerPath: "/models", image: { image: "r.test/models:1" } };

test("a volume with every option", () => {
  const range = { hostId: 1000, containerId: 0, length: 1 };
  const wire: Input<"Mount"> = {
    ...volume,
    readonly: true,
    recursiveReadOnly: true,
    selinuxRelabel: true,
    uidMappings: [range],
    gidMappings: [range],
    mountOptions: ["noexec", "nodev"],
  };
  assert.deepEqual(decode(wire), {
    containerPath: "/data",
    hostPath: "/srv/data",
    readonly: true,
    recursiveReadOnly: true,
    selinuxRelabel: true,
    propagation: "PRIVATE",
    uidMappings: [range],
    gidMappings: [range],
    image: undefined,
    imageSubPath: "",
    mountOptions: ["noexec", "nodev"],
  });
});

test("each propagation has its word", () => {
  const words = (
    ["PROPAGATION_PRIVATE", "PROPAGATION_HOST_TO_CONTAINER", "PROPAGATION_BIDIRECTIONAL"] as const
  ).map((propagation) => decode({ ...volume, propagation }).propagation);
  assert.deepEqual(words, ["PRIVATE", "HOST_TO_CONTAINER", "BIDIRECTIONAL"]);
});

test("an image is mounted read-only, said or not", () => {
  const decoded = decode({ ...image, imageSubPath: "a/b" });
  assert.equal(decoded.readonly, true);
  assert.equal(decoded.hostPath, "");
  assert.equal(decoded.imageSubPath, "a/b");
  assert.deepEqual(decoded.image, {
    image: "r.test/models:1",
    annotations: {},
    userSpecifiedImage: "",
    runtimeHandler: "",
    imageRef: "",
  });
});

const bad: readonly (readonly [string, string, Input<"Mount">])[] = [
  ["container_path", "no path in the container", { hostPath: "/a" }],
  ["container_path", "a relative path in the container", { ...volume, containerPath: "data" }],
  ["container_path", "the root of the container", { ...volume, containerPath: "/a/.." }],
  ["container_path", "NUL in a path", { ...volume, containerPath: "/a\0b" }],
  ["host_path", "no path on the host", { containerPath: "/a" }],
  ["host_path", "a relative path on the host", { ...volume, hostPath: "srv" }],
  ["host_path", "a host path beside an image", { ...image, hostPath: "/srv" }],
  ["propagation", "an unknown propagation", { ...volume, propagation: 3 as 2 }],
  ["recursive_read_only", "recursive without read-only", { ...volume, recursiveReadOnly: true }],
  [
    "recursive_read_only",
    "recursive read-only that propagates",
    {
      ...volume,
      readonly: true,
      recursiveReadOnly: true,
      propagation: "PROPAGATION_HOST_TO_CONTAINER",
    },
  ],
  ["image.image", "an image without a name", { containerPath: "/a", image: {} }],
  ["image_sub_path", "a sub path of no image", { ...volume, imageSubPath: "a" }],
  ["image_sub_path", "a sub path that leaves the image", { ...image, imageSubPath: "a/../../b" }],
  ["image_sub_path", "an absolute sub path", { ...image, imageSubPath: "/etc" }],
  ["mount_options[1]", "two options in one", { ...volume, mountOptions: ["nodev", "ro,suid"] }],
  ["uidMappings[0].length", "an empty mapping", { ...volume, uidMappings: [{ hostId: 1 }] }],
];

for (const [field, what, wire] of bad) {
  test(`${what} is refused`, () => {
    const message = refusalOf(() => decode(wire));
    assert.ok(message.startsWith(`m.${field}: `), message);
  });
}

test("a device needs absolute paths and permissions of r, w and m", () => {
  const good = { containerPath: "/dev/x", hostPath: "/dev/null", permissions: "mrw" };
  assert.deepEqual(decodeDevice(good, "d"), good);
  for (const [field, change] of Object.entries({
    container_path: { containerPath: "dev/x" },
    host_path: { hostPath: "" },
    permissions: { permissions: "rwx" },
  })) {
    const message = refusalOf(() => decodeDevice({ ...good, ...change }, "d"));
    assert.ok(message.startsWith(`d.${field}: `), message);
  }
  assert.match(
    refusalOf(() => decodeDevice({ ...good, permissions: "" }, "d")),
    /^d\.permissions: /,
  );
});
