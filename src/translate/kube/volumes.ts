import type { Mount } from "../../model/mount.ts";
import { type Fields, refused } from "./fields.ts";

/** Volume name → folder or file on the host. */
export type VolumePaths = ReadonlyMap<string, string>;

/** A pod's volumes, and the folders that have to be made for them. */
export interface PodVolumes {
  readonly paths: VolumePaths;
  readonly emptyDirs: readonly string[];
}

/** Reads `volumes`; each emptyDir becomes a folder below `emptyDirBase`. */
export function readVolumes(spec: Fields, emptyDirBase: string): PodVolumes {
  const paths = new Map<string, string>();
  const emptyDirs: string[] = [];
  for (const volume of spec.objects("volumes")) {
    const name = labelName(volume, "name");
    if (paths.has(name)) throw refused(volume.at("name"), `"${name}" is there twice`);
    const hostPath = volume.object("hostPath");
    const emptyDir = volume.object("emptyDir");
    emptyDir?.end();
    volume.end();
    if ((hostPath === undefined) === (emptyDir === undefined)) {
      throw refused(volume.path, "needs either hostPath or emptyDir");
    }
    const path = hostPath === undefined ? `${emptyDirBase}/${name}` : readHostPath(hostPath);
    if (emptyDir !== undefined) emptyDirs.push(path);
    paths.set(name, path);
  }
  return { paths, emptyDirs };
}

/** Types that ask for a check before the mount are refused: nobody would make it. */
function readHostPath(hostPath: Fields): string {
  const path = hostPath.requiredText("path");
  hostPath.word("type", ["", "DirectoryOrCreate"]);
  hostPath.end();
  if (!path.startsWith("/") || path.split("/").includes("..")) {
    throw refused(hostPath.at("path"), 'must be an absolute path without ".."');
  }
  return path;
}

const propagations = {
  None: "PRIVATE",
  HostToContainer: "HOST_TO_CONTAINER",
  Bidirectional: "BIDIRECTIONAL",
} as const;

/** Reads `volumeMounts` of a container. */
export function readMounts(container: Fields, paths: VolumePaths): readonly Mount[] {
  return container.objects("volumeMounts").map((mount) => readMount(mount, paths));
}

function readMount(mount: Fields, paths: VolumePaths): Mount {
  const name = mount.requiredText("name");
  const hostPath = paths.get(name);
  if (hostPath === undefined)
    throw refused(mount.at("name"), `is "${name}", which is not in spec.volumes`);
  const propagation = mount.word("mountPropagation", ["None", "HostToContainer", "Bidirectional"]);
  const read: Mount = {
    containerPath: mount.requiredText("mountPath"),
    hostPath,
    readonly: mount.flag("readOnly") ?? false,
    recursiveReadOnly: false,
    selinuxRelabel: false,
    propagation: propagations[propagation ?? "None"],
    uidMappings: [],
    gidMappings: [],
    image: undefined,
    imageSubPath: "",
    mountOptions: [],
  };
  mount.end();
  return read;
}

/** A name that may become part of a path: a DNS label (RFC 1123), as Kubernetes asks. */
export function labelName(fields: Fields, name: string): string {
  const value = fields.requiredText(name);
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value)) return value;
  throw refused(fields.at(name), `is "${value}"; it must be a-z, 0-9 and "-", at most 63 long`);
}
