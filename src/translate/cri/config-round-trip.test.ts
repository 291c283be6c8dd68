import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  arbitraryContainerConfig,
  arbitraryPodSandboxConfig,
} from "../../../test/arbitrary-config.ts";
import { throughTheWire } from "../../../test/wire.ts";
import { decodeContainerConfig } from "./decode-container-config.ts";
import { decodePodSandboxConfig } from "./decode-pod-sandbox-config.ts";
import { encodeContainerConfig } from "./encode-container-config.ts";
import { encodePodSandboxConfig } from "./encode-pod-sandbox-config.ts";

test("any sandbox configuration comes back from its bytes", () => {
  fc.assert(
    fc.property(arbitraryPodSandboxConfig, (config) => {
      const wire = throughTheWire("PodSandboxConfig", encodePodSandboxConfig(config));
      assert.deepEqual(decodePodSandboxConfig(wire, "config"), config);
    }),
  );
});

test("any container configuration comes back from its bytes", () => {
  fc.assert(
    fc.property(arbitraryContainerConfig, (config) => {
      const wire = throughTheWire("ContainerConfig", encodeContainerConfig(config));
      assert.deepEqual(decodeContainerConfig(wire, "config"), config);
    }),
  );
});

test("a container configuration of a thousand of each comes back from its bytes", () => {
  const [small] = fc.sample(arbitraryContainerConfig, { numRuns: 1, seed: 7 });
  assert.ok(small !== undefined);
  const thousand = <T>(make: (index: number) => T) =>
    Array.from({ length: 1000 }, (_, i) => make(i));
  const config = {
    ...small,
    args: thousand((i) => `--flag-${i}=${"x".repeat(100)}`),
    envs: thousand((i) => ({ key: `KEY_${i}`, value: new Uint8Array(300).fill(1 + (i % 255)) })),
    labels: Object.fromEntries(thousand((i) => [`label/${i}`, `v${i}`])),
    annotations: Object.fromEntries(thousand((i) => [`note/${i}`, "line\n".repeat(20)])),
    mounts: thousand((i) => ({
      containerPath: `/data/${i}`,
      hostPath: `/srv/${i}`,
      readonly: i % 2 === 0,
      recursiveReadOnly: false,
      selinuxRelabel: false,
      propagation: "HOST_TO_CONTAINER" as const,
      uidMappings: [],
      gidMappings: [],
      image: undefined,
      imageSubPath: "",
      mountOptions: [],
    })),
  };
  const wire = throughTheWire("ContainerConfig", encodeContainerConfig(config));
  assert.deepEqual(decodeContainerConfig(wire, "config"), config);
});
