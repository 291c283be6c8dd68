import type { NamespaceOptions } from "../../model/security.ts";
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

/** Returns the namespaces of a container in that sandbox. Throws as `sandboxNamespaces`, and for a TARGET without a target. */
export function containerNamespaces(
  wanted: NamespaceOptions,
  sandboxId: string,
  engine: EngineFacts,
): DockerHostConfig {
  const ofSandbox = `container:${sandboxId}`;
  if (wanted.network === "CONTAINER" || wanted.network === "TARGET")
    throw cannot("security.namespaces.network", `${wanted.network}: only POD and NODE are known`);
  return {
    NetworkMode: ofSandbox,
    IpcMode: { POD: ofSandbox, NODE: "host", CONTAINER: "private", TARGET: ofSandbox }[wanted.ipc],
    ...pidMode(wanted, ofSandbox),
    ...(wanted.network === "NODE" ? { UTSMode: "host" } : {}),
    ...userNamespace(wanted, engine),
  };
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
