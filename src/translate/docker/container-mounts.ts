import type { ContainerConfig } from "../../model/container.ts";
import type { Mount, MountPropagation } from "../../model/mount.ts";
import type { DockerBindOptions, DockerHostConfig, DockerMount } from "./api.ts";
import type { ContainerCreateInput, CreatePart } from "./container-create-input.ts";
import { type EngineFacts, handlerFeatures } from "./engine.ts";
import { podFileMounts } from "./pod-files.ts";
import { explicitlyPrivileged } from "./privilege.ts";
import { cannot } from "./refusal.ts";

/**
 * Returns the mounts. Throws FailedPrecondition for id-mapped mounts, mount options, and recursive read-only where the engine or
 * its runtime cannot make a tree read-only.
 */
export function mountsPart(input: ContainerCreateInput): CreatePart {
  const { mounts } = input.config;
  const relabelled = mounts.filter((mount) => needsRelabel(mount, input.engine));
  const others = mounts.filter((mount) => !relabelled.includes(mount));
  const ofPod = podFileMounts(input);
  const binds = [...relabelled.map((mount) => relabelledBind(mount)), ...ofPod.binds];
  const fields: DockerHostConfig = {
    Mounts: [
      ...others.map((mount) => dockerMount(mount, input)),
      ...writableSysfs(input),
      ...ofPod.mounts,
    ],
    ...(binds.length > 0 ? { Binds: binds } : {}),
  };
  return { hostConfig: fields };
}

/**
 * Returns the image mounts whose folder the caller has to bring, because this engine cannot mount images, or would fail to: 28
 * names the layer by container and image (moby daemon/volumes.go), so that an image can be mounted once only, and by no name with
 * a slash.
 */
export function imageMountsToResolve(
  config: ContainerConfig,
  engine: EngineFacts,
): readonly Mount[] {
  const ofImages = config.mounts.filter((mount) => mount.image !== undefined);
  if (!engine.features.imageMounts) return ofImages;
  if (engine.features.imageMountsAtWill) return [];
  return ofImages.filter(({ image }, index) => {
    const isFirst = ofImages.findIndex((mount) => mount.image?.image === image?.image) === index;
    return !isFirst || image?.image.includes("/") === true;
  });
}

function dockerMount(mount: Mount, input: ContainerCreateInput): DockerMount {
  refuseUnsupported(mount);
  if (mount.image === undefined) return bindMount(mount, input);
  const folder = input.imageFolders.get(mount.containerPath);
  if (folder !== undefined)
    return bindMount({ ...mount, hostPath: folder, readonly: true, propagation: "PRIVATE" }, input);
  if (!input.engine.features.imageMounts)
    throw cannot(`mounts ${mount.containerPath}`, "this docker mounts no images (28 does)");
  return {
    Type: "image",
    Source: mount.image.image,
    Target: mount.containerPath,
    ...(mount.imageSubPath === "" ? {} : { ImageOptions: { Subpath: mount.imageSubPath } }),
  };
}

function bindMount(mount: Mount, input: ContainerCreateInput): DockerMount {
  const options = { ...propagation(mount.propagation), ...readOnlyDepth(mount, input) };
  return {
    Type: "bind",
    Source: mount.hostPath,
    Target: mount.containerPath,
    ...(isReadOnly(mount) ? { ReadOnly: true } : {}),
    ...(Object.keys(options).length > 0 ? { BindOptions: options } : {}),
  };
}

/** rprivate is the default, and docker refuses to be told so for a source within its own root. */
function propagation(wanted: MountPropagation): DockerBindOptions {
  if (wanted === "PRIVATE") return {};
  return { Propagation: wanted === "BIDIRECTIONAL" ? "rshared" : "rslave" };
}

/** From API 1.44 a read-only mount is recursively so unless told otherwise; Kubernetes wants the top only unless it asks. */
function readOnlyDepth(mount: Mount, { engine, runtime }: ContainerCreateInput): DockerBindOptions {
  if (mount.recursiveReadOnly) {
    if (!handlerFeatures(engine, runtime).recursiveReadOnlyMounts)
      throw cannot(
        `mounts ${mount.containerPath}`,
        "recursive read-only needs Docker 25, Linux 5.12 and a runtime that knows rro",
      );
    return { ReadOnlyForceRecursive: true };
  }
  return isReadOnly(mount) && engine.features.recursiveReadOnly
    ? { ReadOnlyNonRecursive: true }
    : {};
}

function isReadOnly(mount: Mount): boolean {
  return mount.readonly || mount.recursiveReadOnly || mount.mountOptions.includes("ro");
}

const optionsDockerHas = new Set(["ro", "rw", "bind", "rbind"]);

function refuseUnsupported(mount: Mount): void {
  const field = `mounts ${mount.containerPath}`;
  if (mount.uidMappings.length > 0 || mount.gidMappings.length > 0)
    throw cannot(field, "docker cannot map the ids of a mount");
  const option = mount.mountOptions.find((name) => !optionsDockerHas.has(name));
  if (option !== undefined) throw cannot(field, `docker cannot mount with the option ${option}`);
}

function needsRelabel(mount: Mount, engine: EngineFacts): boolean {
  return mount.selinuxRelabel && engine.selinux && mount.image === undefined;
}

/** Only the older form of a bind can relabel; `Z`: for this pod alone, as every CRI runtime does. */
function relabelledBind(mount: Mount): string {
  refuseUnsupported(mount);
  const field = `mounts ${mount.containerPath}`;
  if (mount.recursiveReadOnly)
    throw cannot(field, "docker cannot relabel a mount that is recursively read-only");
  if (mount.hostPath.includes(":") || mount.containerPath.includes(":"))
    throw cannot(field, "docker cannot relabel a mount with a colon in its path");
  const mode = propagation(mount.propagation).Propagation;
  const options = [isReadOnly(mount) ? "ro" : "rw", "Z", ...(mode === undefined ? [] : [mode])];
  return `${mount.hostPath}:${mount.containerPath}:${options.join(",")}`;
}

/** A privileged container has a writable /sys. Bound from the host it shows the host's network, so only where that is the pod's. */
function writableSysfs(input: ContainerCreateInput): readonly DockerMount[] {
  const { config, sandbox } = input;
  const onHostNetwork = sandbox.config.security.namespaces.network === "NODE";
  const taken = config.mounts.some((mount) => mount.containerPath.replace(/\/+$/, "") === "/sys");
  if (!explicitlyPrivileged(input) || !onHostNetwork || taken) return [];
  return [{ Type: "bind", Source: "/sys", Target: "/sys" }];
}
