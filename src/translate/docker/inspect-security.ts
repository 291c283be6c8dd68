import type {
  NamespaceMode,
  NamespaceOptions,
  SecurityProfile,
  SelinuxOptions,
} from "../../model/security.ts";
import type { DockerHostConfig } from "./api.ts";

/** Reads the namespaces of a sandbox's pause container. */
export function readSandboxNamespaces(hostConfig: DockerHostConfig): NamespaceOptions {
  return {
    network: hostConfig.NetworkMode === "host" ? "NODE" : "POD",
    pid: hostConfig.PidMode === "host" ? "NODE" : "CONTAINER",
    ipc: hostConfig.IpcMode === "host" ? "NODE" : "POD",
    targetId: undefined,
    user: undefined,
  };
}

/** Reads the namespaces of a container in that sandbox; the host's network is the sandbox's to have. */
export function readContainerNamespaces(
  hostConfig: DockerHostConfig,
  sandboxId: string,
): NamespaceOptions {
  const pid = readMode(hostConfig.PidMode, sandboxId);
  return {
    network: hostConfig.UTSMode === "host" ? "NODE" : "POD",
    pid,
    ipc: readMode(hostConfig.IpcMode, sandboxId),
    targetId: pid === "TARGET" ? hostConfig.PidMode?.slice("container:".length) : undefined,
    user: undefined,
  };
}

function readMode(mode: string | undefined, sandboxId: string): NamespaceMode {
  if (mode === "host") return "NODE";
  if (mode === `container:${sandboxId}`) return "POD";
  return mode?.startsWith("container:") === true ? "TARGET" : "CONTAINER";
}

/** Reads the numbers of docker's `uid[:gid]`; a name has none. */
export function readUser(user: string | undefined): {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly name: string | undefined;
} {
  const [first = "", group = ""] = (user ?? "").split(":");
  const uid = idNumber(first);
  const name = uid === undefined && first !== "" ? first : undefined;
  return { uid, gid: idNumber(group), name };
}

/** Reads a profile from docker's security options. A seccomp profile's content is there, its file's name is not. */
export function readProfile(
  options: readonly string[],
  key: "seccomp" | "apparmor",
): SecurityProfile {
  const option = options.find((text) => /^[^=:]*/.exec(text)?.[0] === key);
  const value = option?.slice(key.length + 1);
  if (value === undefined || value === "") return { type: "RuntimeDefault" };
  if (value === "unconfined") return { type: "Unconfined" };
  return { type: "Localhost", ref: key === "apparmor" ? value : "" };
}

/** Reads `label=level:s0:c1,c2` and its like. */
export function readSelinux(options: readonly string[]): SelinuxOptions | undefined {
  const given = options
    .map((text) => /^label[=:](user|role|type|level):(.*)$/.exec(text))
    .filter((match) => match !== null)
    .map(([, key, value]) => [key, value]);
  if (given.length === 0) return undefined;
  return { user: "", role: "", type: "", level: "", ...Object.fromEntries(given) };
}

function idNumber(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
