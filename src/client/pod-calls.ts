import type { ContainerConfig } from "../model/container.ts";
import type { ImageSpec } from "../model/image.ts";
import type { PodSandboxConfig } from "../model/pod-sandbox.ts";
import { encodeContainerConfig } from "../translate/cri/encode-container-config.ts";
import { encodeImageSpec } from "../translate/cri/encode-image-spec.ts";
import { encodePodSandboxConfig } from "../translate/cri/encode-pod-sandbox-config.ts";
import type { CallOptions, CriClient } from "./cri-client.ts";

/** The calls that carry configurations, in the model's words. Each throws what the server answered. */

/** Makes and starts a pod sandbox; returns its id. */
export async function runPodSandbox(
  client: CriClient,
  pod: { readonly config: PodSandboxConfig; readonly runtimeHandler: string },
  options: CallOptions,
): Promise<string> {
  const { runtimeHandler } = pod;
  const config = encodePodSandboxConfig(pod.config);
  const { podSandboxId } = await client.runtime(
    "RunPodSandbox",
    { config, runtimeHandler },
    options,
  );
  return podSandboxId;
}

/** Makes a container in a sandbox, not started; returns its id. */
export async function createContainer(
  client: CriClient,
  request: {
    readonly podSandboxId: string;
    readonly config: ContainerConfig;
    readonly sandboxConfig: PodSandboxConfig;
  },
  options: CallOptions,
): Promise<string> {
  const wire = {
    podSandboxId: request.podSandboxId,
    config: encodeContainerConfig(request.config),
    sandboxConfig: encodePodSandboxConfig(request.sandboxConfig),
  };
  return (await client.runtime("CreateContainer", wire, options)).containerId;
}

/** Returns the reference of an image that is there, undefined when it is not. */
export async function imageReference(
  client: CriClient,
  spec: ImageSpec,
  options: CallOptions,
): Promise<string | undefined> {
  const { image } = await client.image("ImageStatus", { image: encodeImageSpec(spec) }, options);
  return image === null ? undefined : image.id;
}

/** Pulls an image without credentials, for a sandbox if one is given; returns the reference for CreateContainer. */
export async function pullImage(
  client: CriClient,
  pull: { readonly spec: ImageSpec; readonly sandboxConfig?: PodSandboxConfig },
  options: CallOptions,
): Promise<string> {
  const { sandboxConfig } = pull;
  const wire = {
    image: encodeImageSpec(pull.spec),
    ...(sandboxConfig && { sandboxConfig: encodePodSandboxConfig(sandboxConfig) }),
  };
  return (await client.image("PullImage", wire, options)).imageRef;
}
