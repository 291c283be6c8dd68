import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import { describe, test } from "node:test";
import type { NamespaceMode } from "../../../src/gen/runtime/v1/NamespaceMode.ts";
import {
  containerConfig,
  namespaceOptions,
  podLinux,
  sharedPod,
  shell,
  shellIn,
  startContainer,
  startPod,
} from "../pod.ts";

type Namespace = "net" | "pid" | "ipc" | "uts" | "mnt";

const ofHost = (namespace: Namespace) => readlinkSync(`/proc/self/ns/${namespace}`);
const ofContainer = (id: string, namespace: Namespace) =>
  shell(id, `readlink /proc/self/ns/${namespace}`);

function withNamespaces(changes: Readonly<Record<string, NamespaceMode>>, targetId = "") {
  return {
    linux: { securityContext: { namespaceOptions: { ...namespaceOptions(changes), targetId } } },
  };
}

describe("containers of one plain pod", () => {
  const pod = sharedPod();

  for (const namespace of ["net", "ipc"] as const) {
    test(`share the ${namespace} namespace, which is not the node's`, async () => {
      const first = await ofContainer(await startContainer(pod()), namespace);
      const second = await ofContainer(await startContainer(pod()), namespace);
      assert.equal(first, second);
      assert.notEqual(first, ofHost(namespace));
    });
  }

  test("are not in the node's uts namespace", async () => {
    assert.notEqual(await ofContainer(await startContainer(pod()), "uts"), ofHost("uts"));
  });

  for (const namespace of ["pid", "mnt"] as const) {
    test(`have ${namespace} namespaces of their own`, async () => {
      const first = await ofContainer(await startContainer(pod()), namespace);
      const second = await ofContainer(await startContainer(pod()), namespace);
      assert.notEqual(first, second);
      assert.notEqual(first, ofHost(namespace));
    });
  }

  test("run their command as process 1", async () => {
    const command = await shellIn(pod(), { command: ["sleep", "424242"] }, "cat /proc/1/cmdline");
    assert.match(command, /424242/);
  });

  test("see the processes of a container that they target", async () => {
    const target = await startContainer(pod(), { command: ["sleep", "434343"] });
    const debug = await startContainer(pod(), withNamespaces({ pid: "TARGET" }, target));
    assert.equal(await ofContainer(debug, "pid"), await ofContainer(target, "pid"));
    assert.match(await shell(debug, "cat /proc/1/cmdline"), /434343/);
  });
});

test("two pods have networks of their own", async (t) => {
  const first = await startContainer(await startPod(t));
  const second = await startContainer(await startPod(t));
  assert.notEqual(await ofContainer(first, "net"), await ofContainer(second, "net"));
});

test("containers of a pod with one PID namespace see each other", async (t) => {
  const pod = await startPod(t, { linux: podLinux({ pid: "POD" }) });
  const first = await startContainer(pod, {
    command: ["sleep", "444444"],
    ...withNamespaces({ pid: "POD" }),
  });
  const second = await startContainer(pod, withNamespaces({ pid: "POD" }));
  assert.equal(await ofContainer(first, "pid"), await ofContainer(second, "pid"));
  assert.match(await shell(second, "cat /proc/*/cmdline"), /444444/);
  assert.doesNotMatch(await shell(second, "cat /proc/1/cmdline"), /sleep\0?1000000\0?$/);
});

test("a pod may have the node's namespaces", async (t) => {
  const modes = { network: "NODE", pid: "NODE", ipc: "NODE" } as const;
  const pod = await startPod(t, { hostname: "", linux: podLinux(modes) });
  const id = await startContainer(pod, { ...containerConfig(), ...withNamespaces(modes) });
  for (const namespace of ["net", "pid", "ipc"] as const) {
    assert.equal(await ofContainer(id, namespace), ofHost(namespace));
  }
});
