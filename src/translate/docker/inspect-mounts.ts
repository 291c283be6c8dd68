import type { Mount, MountPropagation } from "../../model/mount.ts";
import type { DockerContainerInspect, DockerMount, DockerMountPoint } from "./api.ts";
import { isPodFile } from "./pod-files.ts";

/**
 * Reads the mounts that a client asked for, by whichever of docker's two forms. Volumes that docker made because the image
 * declares them are not among them, nor the files of the pod that we add.
 */
export function readMounts(inspect: DockerContainerInspect, sandboxId: string): readonly Mount[] {
  const asked = inspect.HostConfig.Mounts ?? [];
  return (inspect.Mounts ?? [])
    .filter((point) => point.Type === "bind" || point.Type === "image")
    .filter((point) => !isPodFile(point, sandboxId))
    .map((point) =>
      readMount(
        point,
        asked.find((mount) => mount.Target === point.Destination),
      ),
    )
    .sort((a, b) => (a.containerPath < b.containerPath ? -1 : 1));
}

function readMount(point: DockerMountPoint, asked: DockerMount | undefined): Mount {
  const ofImage = point.Type === "image";
  const recursive = asked?.BindOptions?.ReadOnlyForceRecursive === true;
  return {
    containerPath: point.Destination,
    hostPath: ofImage ? "" : (point.Source ?? ""),
    readonly: ofImage || point.RW === false,
    recursiveReadOnly: recursive,
    selinuxRelabel: false,
    propagation: readPropagation(point.Propagation ?? ""),
    uidMappings: [],
    gidMappings: [],
    image: ofImage ? imageSpec(asked?.Source ?? point.Source ?? "") : undefined,
    imageSubPath: asked?.ImageOptions?.Subpath ?? "",
    mountOptions: [],
  };
}

function readPropagation(propagation: string): MountPropagation {
  if (propagation === "rshared" || propagation === "shared") return "BIDIRECTIONAL";
  return propagation === "rslave" || propagation === "slave" ? "HOST_TO_CONTAINER" : "PRIVATE";
}

function imageSpec(image: string): NonNullable<Mount["image"]> {
  return { image, annotations: {}, userSpecifiedImage: "", runtimeHandler: "", imageRef: "" };
}
