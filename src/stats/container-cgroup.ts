import { basename } from "node:path";
import type { CgroupPaths } from "../host/cgroup.ts";
import type { CgroupUsage } from "./cgroup-usage.ts";
import { cpuNanosV1, memoryV1 } from "./cgroup-v1.ts";
import { cpuNanosV2, memoryV2 } from "./cgroup-v2.ts";

/** The folders that matter to one container's figures. */
export interface ContainerCgroup {
  /** v1 folders; undefined where the controller is in v2. */
  readonly cpuacct: string | undefined;
  readonly memory: string | undefined;
  /** The v2 folder, on a hybrid node only when it is the container's own. */
  readonly unified: string | undefined;
}

/**
 * Takes the cgroup of a container's first process and returns the container's own: a process may have moved itself into a
 * child (an init system does), so each path is cut at the folder that bears the container's id.
 */
export function containerCgroup(paths: CgroupPaths, id: string): ContainerCgroup {
  const cut = (folder: string | undefined) =>
    folder === undefined ? undefined : cutAt(folder, id);
  const memory = cut(paths.controllers.get("memory"));
  const unified = cut(paths.unified);
  // A hybrid node's engine need not use v2: the process then stands in a cgroup that it shares with the engine or with everything.
  const shared =
    memory !== undefined && unified !== undefined && basename(memory) !== basename(unified);
  return {
    cpuacct: cut(paths.controllers.get("cpuacct")),
    memory,
    unified: shared ? undefined : unified,
  };
}

/** Reads the container's figures; each is undefined when its files are not there. */
export function readUsage(cgroup: ContainerCgroup): CgroupUsage {
  const { cpuacct, memory, unified } = cgroup;
  const figures = memory === undefined ? ifThere(unified, memoryV2) : memoryV1(memory);
  return {
    cpuNanos: cpuacct === undefined ? ifThere(unified, cpuNanosV2) : cpuNanosV1(cpuacct),
    memory: figures?.memory,
    swap: figures?.swap,
  };
}

function ifThere<T>(
  folder: string | undefined,
  read: (folder: string) => T | undefined,
): T | undefined {
  return folder === undefined ? undefined : read(folder);
}

/** Folders are named ID, `docker-ID.scope` or the like. */
function cutAt(folder: string, id: string): string {
  const at = folder.indexOf(id);
  if (at < 0) return folder;
  const end = folder.indexOf("/", at);
  return end < 0 ? folder : folder.slice(0, end);
}
