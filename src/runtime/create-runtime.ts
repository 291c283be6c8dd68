import { createContainer } from "./container-create.ts";
import { reopenContainerLog } from "./container-log-reopen.ts";
import { removeContainer } from "./container-remove.ts";
import { startContainer } from "./container-start.ts";
import { stopContainer } from "./container-stop.ts";
import { updateContainerResources } from "./container-update.ts";
import type { RuntimeContext } from "./context.ts";
import { execSync } from "./exec-sync.ts";
import { imageFsInfo, imageStatus, listImages, pullImage, removeImage } from "./images.ts";
import { listContainers, listPodSandboxes } from "./lists.ts";
import type { Runtime } from "./runtime.ts";
import { removePodSandbox } from "./sandbox-remove.ts";
import { runPodSandbox } from "./sandbox-run.ts";
import { stopPodSandbox } from "./sandbox-stop.ts";
import { containerStats, listContainerStats } from "./stats.ts";
import { cgroupDriver, status } from "./status.ts";
import { containerStatus, podSandboxStatus } from "./statuses.ts";

/** Puts the use cases together as what an endpoint can be asked. */
export function createRuntime(context: RuntimeContext): Runtime {
  const { ledger, router } = context;
  const requireKnown = (): void => context.known.require(router.backends);
  return {
    runPodSandbox: (config, runtimeHandler, signal) => {
      requireKnown();
      return runPodSandbox(context, { config, runtimeHandler }, signal);
    },
    stopPodSandbox: (id, signal) => stopPodSandbox(context, id, signal),
    removePodSandbox: (id, signal) => removePodSandbox(context, id, signal),
    podSandboxStatus: (id, verbose) => podSandboxStatus(context, id, verbose),
    listPodSandboxes: (filter) => {
      requireKnown();
      return listPodSandboxes(ledger, filter);
    },
    createContainer: (podSandboxId, config, signal) =>
      createContainer(context, { podSandboxId, config }, signal),
    startContainer: (id, signal) => startContainer(context, id, signal),
    stopContainer: (id, graceSeconds, signal) =>
      stopContainer(context, { id, graceSeconds }, signal),
    removeContainer: (id, signal) => removeContainer(context, id, signal),
    containerStatus: (id, verbose) => containerStatus(context, id, verbose),
    listContainers: (filter) => {
      requireKnown();
      return listContainers(ledger, filter);
    },
    updateContainerResources: (id, resources, signal) =>
      updateContainerResources(context, { id, resources }, signal),
    reopenContainerLog: (id, signal) => reopenContainerLog(context, id, signal),
    execSync: (command, signal) => execSync(context, command, signal),
    containerStats: (id, signal) => containerStats(context, id, signal),
    listContainerStats: (filter, signal) => listContainerStats(context, filter, signal),
    updateRuntimeConfig: (podCidr) => {
      for (const backend of router.backends) backend.setPodCidr(podCidr);
    },
    status: (verbose) => status(context, verbose),
    cgroupDriver: () => cgroupDriver(context),
    version: () => context.identity,
    listImages: (spec, signal) => listImages(context, spec, signal),
    imageStatus: (spec, verbose, signal) => imageStatus(context, { spec, verbose }, signal),
    pullImage: (request, signal) => pullImage(context, request, signal),
    removeImage: (spec, signal) => removeImage(context, spec, signal),
    imageFsInfo: (signal) => imageFsInfo(context, signal),
  };
}
