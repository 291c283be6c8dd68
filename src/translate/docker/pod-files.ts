import type { DockerMount, DockerMountPoint } from "./api.ts";
import type { ContainerCreateInput } from "./container-create-input.ts";

/** The files of a pod's network that its containers see in /etc. The hostname's is docker's in each case. */
export const podFileNames = ["resolv.conf", "hosts"] as const;
export type PodFileName = (typeof podFileNames)[number];

/** What puts the pod's files into a container: by one of docker's two forms of a bind. */
export interface PodFileMounts {
  readonly mounts: readonly DockerMount[];
  readonly binds: readonly string[];
}

/**
 * Returns the binds of the pod's files, except where the client mounts something itself. As with docker's own files they can be
 * written unless the container's root is read-only, and they are relabelled for all containers of the pod where SELinux rules.
 */
export function podFileMounts({ podFiles, config, engine }: ContainerCreateInput): PodFileMounts {
  if (podFiles === undefined) return { mounts: [], binds: [] };
  const ReadOnly = config.security.readonlyRootfs;
  const taken = new Set(config.mounts.map((mount) => mount.containerPath.replace(/\/+$/, "")));
  const wanted = podFileNames.filter((name) => !taken.has(`/etc/${name}`));
  // Only the older form can relabel; `z`: not for one container alone.
  if (engine.selinux) {
    const options = ReadOnly ? "ro,z" : "rw,z";
    return {
      mounts: [],
      binds: wanted.map((name) => `${podFiles}/${name}:/etc/${name}:${options}`),
    };
  }
  const mounts = wanted.map((name) => ({
    Type: "bind" as const,
    Source: `${podFiles}/${name}`,
    Target: `/etc/${name}`,
    ...(ReadOnly ? { ReadOnly } : {}),
  }));
  return { mounts, binds: [] };
}

/** Whether a mount is one that `podFileMounts` added, wherever our root was when the container was made. */
export function isPodFile({ Source, Destination }: DockerMountPoint, sandboxId: string): boolean {
  return podFileNames.some(
    (name) => Destination === `/etc/${name}` && Source?.endsWith(`/${sandboxId}/${name}`) === true,
  );
}
