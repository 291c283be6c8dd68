import { readdir } from "node:fs/promises";
import type { ContainerUser } from "../../model/container.ts";
import { CriError } from "../../model/error.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import type { ContainerCreateInput } from "../../translate/docker/container-create-input.ts";
import { hostDevicePaths } from "../../translate/docker/container-devices.ts";
import { imageMountsToResolve } from "../../translate/docker/container-mounts.ts";
import { needsImageUser } from "../../translate/docker/container-user.ts";
import type { EngineFacts } from "../../translate/docker/engine.ts";
import { explicitlyPrivileged } from "../../translate/docker/privilege.ts";
import type { ContainerCreate, ImageBackend } from "../backend.ts";
import type { DockerContext } from "./docker-context.ts";
import type { ImageFactsCache } from "./image-facts.ts";
import type { ImageUserFiles } from "./image-user-files.ts";
import type { ImageVolume, ImageVolumes } from "./image-volumes.ts";
import { imageVolumeKey } from "./image-volumes.ts";
import { ensureMountSources } from "./mount-sources.ts";
import { dockerRuntimeOf } from "./runtime-handlers.ts";
import { readSeccompProfile } from "./seccomp-profile.ts";

export interface ContainerSources {
  readonly images: Pick<ImageBackend, "status">;
  readonly imageFacts: ImageFactsCache;
  readonly userFiles: ImageUserFiles;
  readonly volumes: ImageVolumes;
}

/**
 * Gathers what a container's create call is made from: files of this node, files of the image, folders that must be there.
 * Throws CriError naming the field or the path. Image mounts are to be released by their key whatever comes after.
 */
export async function gatherInput(
  context: DockerContext,
  sources: ContainerSources,
  { request, signal }: { readonly request: ContainerCreate; readonly signal: AbortSignal },
): Promise<ContainerCreateInput> {
  const { settings } = context;
  const { sandbox, config, image } = request;
  const facts = await context.engine(signal);
  const [seccompProfile, imageUser, imageFolders, podFiles, hostDevices] = await Promise.all([
    readSeccompProfile(config.security, signal),
    readImageUser(sources, request, signal),
    mountImages(sources, { request, engine: facts }, signal),
    filesOf(context, sandbox),
    explicitlyPrivileged({ config, engine: facts, limits: settings.limits }) ? readDevices() : [],
    ensureMountSources(config.mounts, signal),
  ]);
  return {
    sandbox,
    config,
    image,
    runtime: dockerRuntimeOf(sandbox.runtimeHandler, settings.handlers, facts),
    engine: facts,
    limits: settings.limits,
    seccompProfile,
    imageUser,
    imageFolders,
    podFiles,
    hostDevices,
    logBufferBytes: settings.logBufferBytes,
  };
}

/** Docker gives them to containers of sandboxes whose network it knows: of older versions of this program, and of other shims. */
async function filesOf(
  { mirror, podFiles }: DockerContext,
  sandbox: PodSandbox,
): Promise<string | undefined> {
  const isOurs = mirror.seen(sandbox.id)?.networkDisabled === true;
  return isOurs ? await podFiles.folderOf(sandbox) : undefined;
}

async function readDevices(): Promise<readonly string[]> {
  return hostDevicePaths(await readdir("/dev", { withFileTypes: true }));
}

async function readImageUser(
  { userFiles }: ContainerSources,
  { config, image }: ContainerCreate,
  signal: AbortSignal,
): Promise<ContainerUser | undefined> {
  const { security } = config;
  if (!needsImageUser(security)) return undefined;
  const imageUser = image.uid === undefined ? image.username : String(image.uid);
  const asked = security.runAsUser === undefined ? security.runAsUsername : security.runAsUser;
  return await userFiles.resolve(image.id, String(asked ?? imageUser), signal);
}

async function mountImages(
  { images, imageFacts, volumes }: ContainerSources,
  { request, engine }: { readonly request: ContainerCreate; readonly engine: EngineFacts },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { sandbox, config } = request;
  const wanted: ImageVolume[] = [];
  for (const mount of imageMountsToResolve(config, engine)) {
    const spec = mount.image;
    const image = spec === undefined ? undefined : await images.status(spec, signal);
    const facts = image === undefined ? undefined : await imageFacts.ask(image.id, signal);
    if (facts === undefined) {
      const message = `mounts ${mount.containerPath}: there is no image "${spec?.image ?? ""}" here; pull it first`;
      throw new CriError("NotFound", message);
    }
    wanted.push({ mount, facts });
  }
  return await volumes.provide(imageVolumeKey(sandbox.id, config), wanted, signal);
}
