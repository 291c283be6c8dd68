import type { IDMappingOutput } from "../../gen/runtime/v1/IDMapping.ts";
import type { NamespaceOptionOutput } from "../../gen/runtime/v1/NamespaceOption.ts";
import type { UserNamespaceOutput } from "../../gen/runtime/v1/UserNamespace.ts";
import type {
  IdMapping,
  NamespaceMode,
  NamespaceOptions,
  UserNamespace,
} from "../../model/security.ts";
import { decodeId } from "./decode-id.ts";
import { decodeEnum, namespaceModes } from "./enums.ts";
import { refuse } from "./refuse.ts";
import { decodeEach } from "./text.ts";

/** What the protocol means by absent options: its enum's zero everywhere, and no user namespace. */
const podNamespaces: NamespaceOptions = {
  network: "POD",
  pid: "POD",
  ipc: "POD",
  targetId: undefined,
  user: undefined,
};

/** Translates a container's namespace options; only its PID namespace can be that of a target. Throws CriError InvalidArgument. */
export function decodeNamespaces(
  wire: NamespaceOptionOutput | null,
  path: string,
): NamespaceOptions {
  if (wire === null) return podNamespaces;
  const pid = decodeEnum(wire.pid, `${path}.pid`, namespaceModes);
  return {
    network: decodeUntargeted(wire.network, `${path}.network`),
    pid,
    ipc: decodeUntargeted(wire.ipc, `${path}.ipc`),
    targetId: decodeTarget(wire.targetId, `${path}.target_id`, pid),
    user: decodeUserNamespace(wire.usernsOptions, `${path}.userns_options`),
  };
}

/** As `decodeNamespaces`, for a sandbox: there is no container yet that could be a target. */
export function decodeSandboxNamespaces(
  wire: NamespaceOptionOutput | null,
  path: string,
): NamespaceOptions {
  if (wire?.pid === "TARGET") return refuse(`${path}.pid`, "must not be TARGET for a pod sandbox");
  return decodeNamespaces(wire, path);
}

/** Translates the range of ids that a mapping covers. Throws CriError InvalidArgument when it leaves the 32 bits of ids. */
export function decodeIdMapping(wire: IDMappingOutput, path: string): IdMapping {
  const { hostId, containerId, length } = wire;
  if (length === 0) return refuse(`${path}.length`, "must not be 0");
  if (Math.max(hostId, containerId) + length > 2 ** 32) {
    return refuse(`${path}.length`, "must not lead beyond the highest id, 4294967295");
  }
  return { hostId, containerId, length };
}

function decodeUntargeted(wire: NamespaceOptionOutput["network"], path: string): NamespaceMode {
  const mode = decodeEnum(wire, path, namespaceModes);
  return mode === "TARGET" ? refuse(path, "must be one of POD, CONTAINER, NODE") : mode;
}

function decodeTarget(wire: string, path: string, pid: NamespaceMode): string | undefined {
  if (pid === "TARGET") return decodeId(wire, path);
  return wire === "" ? undefined : refuse(path, "must be empty unless pid is TARGET");
}

function decodeUserNamespace(
  wire: UserNamespaceOutput | null,
  path: string,
): UserNamespace | undefined {
  if (wire === null) return undefined;
  const mode = decodeEnum(wire.mode, `${path}.mode`, namespaceModes);
  if (mode !== "POD" && mode !== "NODE") {
    return refuse(`${path}.mode`, "must be POD or NODE");
  }
  return {
    mode,
    uids: decodeMappings(wire.uids, `${path}.uids`, mode),
    gids: decodeMappings(wire.gids, `${path}.gids`, mode),
  };
}

function decodeMappings(
  wire: readonly IDMappingOutput[],
  path: string,
  mode: "POD" | "NODE",
): readonly IdMapping[] {
  if (mode === "NODE" && wire.length > 0) return refuse(path, "must be empty when mode is NODE");
  if (mode === "POD" && wire.length === 0)
    return refuse(path, "must not be empty when mode is POD");
  const mappings = decodeEach(wire, path, decodeIdMapping);
  if (overlap(mappings, "hostId") || overlap(mappings, "containerId")) {
    return refuse(path, "must not map an id twice");
  }
  return mappings;
}

function overlap(mappings: readonly IdMapping[], side: "hostId" | "containerId"): boolean {
  const sorted = mappings.toSorted((a, b) => a[side] - b[side]);
  return sorted.some((mapping, index) => {
    const next = sorted[index + 1];
    return next !== undefined && mapping[side] + mapping.length > next[side];
  });
}
