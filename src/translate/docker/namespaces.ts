import type { PodSandbox } from "../../model/pod-sandbox.ts";
import type { NamespaceMode, NamespaceOptions } from "../../model/security.ts";
import type { DockerHostConfig } from "./api.ts";
import type { EngineFacts } from "./engine.ts";
import { cannot, invalid } from "./refusal.ts";

/**
 * Returns the namespaces of a sandbox's pause container. Throws FailedPrecondition for a user namespace of the pod's own:
 * docker has one for the whole daemon or none.
 */
export function sandboxNamespaces(wanted: NamespaceOptions, engine: EngineFacts): DockerHostConfig {
  const onHost = wanted.network === "NODE";
  return {
    NetworkMode: onHost ? "host" : "none",
    IpcMode: wanted.ipc === "NODE" ? "host" : "shareable",
    ...(wanted.pid === "NODE" ? { PidMode: "host" } : {}),
    ...(onHost ? { UTSMode: "host" } : {}),
    ...userNamespace(wanted, engine),
  };
}

/**
 * Returns the namespaces of a container in that sandbox. What the sandbox shares with the node its containers share too, whether
 * or not the client says so again. Throws as `sandboxNamespaces`, and for modes that CRI clients have no use for.
 */
export function containerNamespaces(
  wanted: NamespaceOptions,
  sandbox: PodSandbox,
  engine: EngineFacts,
): DockerHostConfig {
  const ofPod = sandbox.config.security.namespaces;
  const ofSandbox = `container:${sandbox.id}`;
  if (wanted.network === "CONTAINER" || wanted.network === "TARGET")
    throw cannot("security.namespaces.network", `${wanted.network}: must be POD or NODE`);
  return {
    NetworkMode: ofSandbox,
    IpcMode: ipcMode(wanted.ipc === "POD" ? podMode(ofPod.ipc) : wanted.ipc, ofSandbox),
    ...pidMode(wanted.pid === "POD" ? { ...wanted, pid: podMode(ofPod.pid) } : wanted, ofSandbox),
    ...(ofPod.network === "NODE" ? { UTSMode: "host" } : {}),
    ...userNamespace(wanted, engine),
  };
}

/** A pod either has a namespace or shares the node's; which of its containers join it is each container's choice. */
function podMode(mode: NamespaceMode): NamespaceMode {
  return mode === "NODE" ? "NODE" : "POD";
}

function ipcMode(mode: NamespaceMode, ofSandbox: string): string {
  switch (mode) {
    case "POD":
      return ofSandbox;
    case "NODE":
      return "host";
    case "CONTAINER":
      return "private";
    case "TARGET":
      throw cannot("security.namespaces.ipc", "TARGET: must be POD, CONTAINER or NODE");
  }
}

/** Docker's default is a PID namespace of the container's own. */
function pidMode(wanted: NamespaceOptions, ofSandbox: string): DockerHostConfig {
  switch (wanted.pid) {
    case "POD":
      return { PidMode: ofSandbox };
    case "NODE":
      return { PidMode: "host" };
    case "TARGET":
      if (wanted.targetId === undefined)
        throw invalid("security.namespaces.targetId", "TARGET needs a container id");
      return { PidMode: `container:${wanted.targetId}` };
    case "CONTAINER":
      return {};
  }
}

/** The CRI's default is the node's user namespace, also where the daemon remaps by default. */
function userNamespace(wanted: NamespaceOptions, engine: EngineFacts): DockerHostConfig {
  if (wanted.user?.mode === "POD")
    throw cannot(
      "security.namespaces.user",
      "docker has no user namespaces per pod (hostUsers: false)",
    );
  return engine.usernsRemap ? { UsernsMode: "host" } : {};
}
