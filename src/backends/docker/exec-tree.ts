import { killMarked } from "../../host/marked-processes.ts";
import { ownCgroup } from "../../stats/own-cgroup.ts";

/** A command that runs in a container, and how its processes are known. */
export interface ExecTree {
  readonly containerId: string;
  /** The container's first process on the host. */
  readonly containerPid: number;
  /** `NAME=VALUE` that only this command was started with. */
  readonly marker: string;
  /** The command's first process on the host, when docker has told it: not even the environment is needed to know that one. */
  readonly mainPid?: number;
}

/** Kills all processes of a command and returns how many it still found; none when the container has ended. */
export async function killExecTree({
  containerId,
  containerPid,
  marker,
  mainPid,
}: ExecTree): Promise<number> {
  const folder = await ownCgroup(containerPid, containerId);
  if (folder === undefined) return 0;
  return await killMarked({ folder, firstPid: containerPid, marker, mainPid });
}
