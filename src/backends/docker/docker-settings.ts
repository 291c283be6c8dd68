import type { NodeLimits } from "../../translate/docker/node-limits.ts";

/** What the docker engine needs of the configuration and of this node. */
export interface DockerSettings {
  /** The image whose process holds a pod's namespaces. */
  readonly sandboxImage: string;
  /** Docker runtime by runtime handler, for the handlers that the configuration gives to docker. */
  readonly handlers: Readonly<Record<string, string>>;
  /** Bytes of a container's own log that docker may keep before it rotates them away. */
  readonly logBufferBytes: number;
  readonly limits: NodeLimits;
  /** Where images are mounted for containers, on engines that cannot do it: in the run folder, ours alone. */
  readonly imageVolumeFolder: string;
  /** Where pods' resolv.conf and hosts are, by sandbox: in the root, since containers are bound to them for life. */
  readonly podFilesFolder: string;
}
