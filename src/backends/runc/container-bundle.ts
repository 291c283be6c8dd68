import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureFolders, statPaths } from "../../host/client-path.ts";
import { readRooted } from "../../host/rooted-file.ts";
import type { StoredImage } from "../../images/image-catalog.ts";
import type { ContainerConfig, ContainerUser } from "../../model/container.ts";
import { CriError } from "../../model/error.ts";
import { resolveImageUser } from "../../model/image-user.ts";
import type { Mount } from "../../model/mount.ts";
import { containerSpec } from "../../translate/oci/container-spec.ts";
import type { NamespacePaths, PidNamespace } from "../../translate/oci/oci-input.ts";
import type { ContainerCreate } from "../backend.ts";
import { cgroupsPathOf } from "./cgroup-path.ts";
import type { NativeContext } from "./native-context.ts";
import { findDevices } from "./node-devices.ts";
import { podFileNames } from "./pod-folder.ts";
import { seccompOf } from "./seccomp.ts";

/** A container to be, with its image and its name in all that belongs to it. */
export interface BundleRequest {
  readonly id: string;
  readonly create: ContainerCreate;
  readonly stored: StoredImage;
}

/** An image's files of users are some KiB, of large sites some MiB. */
const maxUserFileBytes = 4 << 20;

/**
 * Writes a container's bundle; its root must be mounted. Throws InvalidArgument and FailedPrecondition for what cannot be, as
 * `containerSpec` does, DeadlineExceeded for a path of the request that does not answer.
 */
export async function writeBundle(
  context: NativeContext,
  { id, create, stored }: BundleRequest,
  signal: AbortSignal,
): Promise<void> {
  const { places, node, settings } = context;
  const { config, sandbox } = create;
  refuseImageMounts(config.mounts);
  await ensureSources(config.mounts, signal);
  const rootfs = places.rootfs(id);
  const [user, devices, seccomp] = await Promise.all([
    userOf(config, stored, rootfs),
    findDevices(config, signal),
    seccompOf(config.security, node, signal),
  ]);
  const spec = containerSpec({
    id,
    config,
    sandbox,
    image: stored.config,
    user,
    rootfs,
    namespaces: namespacesOf(context, create),
    cgroupsPath: cgroupsPathOf(sandbox.config.cgroupParent, id, settings.cgroupDriver),
    podFiles: podFilesOf(context, create),
    shm: shmOf(context, create),
    devices,
    imageFolders: new Map(),
    seccomp,
    node,
  });
  const bundle = places.bundle(id);
  try {
    await mkdir(bundle, { recursive: true, mode: 0o700 });
    // It holds the environment.
    await writeFile(join(bundle, "config.json"), JSON.stringify(spec), { mode: 0o600 });
  } catch (thrown) {
    throw CriError.from(thrown, `cannot write ${bundle}`);
  }
}

/** A missing host path becomes a folder, as dockershim had it and users rely on. */
async function ensureSources(mounts: readonly Mount[], signal: AbortSignal): Promise<void> {
  const paths = mounts.flatMap(({ image, hostPath }) => (image === undefined ? hostPath : []));
  const kinds = await statPaths(paths, signal);
  await ensureFolders(
    paths.filter((_, at) => kinds[at] === undefined),
    signal,
  );
}

function refuseImageMounts(mounts: readonly Mount[]): void {
  const mount = mounts.find(({ image }) => image !== undefined);
  if (mount === undefined) return;
  const message = `mounts ${mount.containerPath}: the native engine does not mount images yet`;
  throw new CriError("FailedPrecondition", message);
}

/** What the request leaves open the image says, by names that its own files explain. */
async function userOf(
  { security }: ContainerConfig,
  stored: StoredImage,
  rootfs: string,
): Promise<ContainerUser> {
  const { runAsUser, runAsUsername, runAsGroup, supplementalGroups } = security;
  if (runAsGroup !== undefined && runAsUser === undefined && runAsUsername === undefined)
    throw new CriError("InvalidArgument", "security.runAsGroup: needs runAsUser or runAsUsername");
  const [passwd, group] = await Promise.all([
    readRooted(rootfs, "/etc/passwd", maxUserFileBytes),
    readRooted(rootfs, "/etc/group", maxUserFileBytes),
  ]);
  const user = String(runAsUser ?? runAsUsername ?? stored.config.user);
  const found = resolveImageUser({ user, passwd, group });
  const groups = security.supplementalGroupsPolicy === "Merge" ? found.supplementalGroups : [];
  return {
    uid: found.uid,
    gid: runAsGroup ?? found.gid,
    supplementalGroups: [...new Set([...groups, ...supplementalGroups])],
  };
}

function namespacesOf(
  context: NativeContext,
  { sandbox, config }: ContainerCreate,
): NamespacePaths {
  const ofPod = sandbox.config.security.namespaces;
  const wanted = config.security.namespaces;
  const pins = context.places.namespaces(sandbox.id);
  const pinned = (kind: string, mode: string) => (mode === "NODE" ? undefined : join(pins, kind));
  return {
    network: pinned("net", ofPod.network),
    ipc: wanted.ipc === "NODE" ? undefined : pinned("ipc", ofPod.ipc),
    uts: pinned("uts", ofPod.network),
    pid: pidNamespace(context, { sandbox, config }),
    user: undefined,
  };
}

function pidNamespace(
  { records }: NativeContext,
  { sandbox, config }: Pick<ContainerCreate, "sandbox" | "config">,
): PidNamespace {
  const { pid, targetId } = config.security.namespaces;
  if (pid === "NODE" || (pid === "POD" && sandbox.config.security.namespaces.pid === "NODE"))
    return "host";
  if (pid === "TARGET") {
    const target = records.container(targetId ?? "")?.facts.pid ?? 0;
    if (target === 0)
      throw new CriError(
        "FailedPrecondition",
        `security.namespaces.targetId: container "${targetId}" does not run`,
      );
    return { path: `/proc/${target}/ns/pid` };
  }
  const shared = records.sandbox(sandbox.id)?.facts.pid ?? 0;
  return pid === "POD" && shared > 0 ? { path: `/proc/${shared}/ns/pid` } : "new";
}

function podFilesOf(
  { places }: NativeContext,
  { sandbox }: ContainerCreate,
): ReadonlyMap<string, string> {
  const folder = places.podFiles(sandbox.id);
  return new Map(podFileNames.map((name) => [`/etc/${name}`, join(folder, name)]));
}

function shmOf(
  { places }: NativeContext,
  { sandbox, config }: ContainerCreate,
): string | undefined {
  const { ipc } = config.security.namespaces;
  if (ipc === "CONTAINER") return undefined;
  const isOfNode = ipc === "NODE" || sandbox.config.security.namespaces.ipc === "NODE";
  return isOfNode ? "/dev/shm" : places.shm(sandbox.id);
}
