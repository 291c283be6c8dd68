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
import { listPodSandboxMetrics } from "./pod-metrics.ts";
import { listPodSandboxStats, podSandboxStats } from "./pod-stats.ts";
import { needReady, needRunning } from "./resolve.ts";
import type { Runtime } from "./runtime.ts";
import { removePodSandbox } from "./sandbox-remove.ts";
import { runPodSandbox } from "./sandbox-run.ts";
import { stopPodSandbox } from "./sandbox-stop.ts";
import { containerStats, listContainerStats } from "./stats.ts";
import { cgroupDriver, status } from "./status.ts";
import { containerStatus, podSandboxStatus } from "./statuses.ts";

/**
 * Puts the use cases together as what an endpoint can be asked. Whatever is answered from the ledger waits for the engines to have
 * been read once: before that "not there" would be a lie, and to stop or remove what is not there a success.
 */
export function createRuntime(context: RuntimeContext): Runtime {
  const { ledger, router } = context;
  const known =
    <Args extends readonly unknown[], Answer>(ask: (...args: Args) => Answer) =>
    (...args: Args): Answer => {
      context.known.require(router.backends);
      return ask(...args);
    };
  return {
    ...aboutNode(context),
    runPodSandbox: known((config, runtimeHandler, signal) =>
      runPodSandbox(context, { config, runtimeHandler }, signal),
    ),
    stopPodSandbox: known((id, signal) => stopPodSandbox(context, id, signal)),
    removePodSandbox: known((id, signal) => removePodSandbox(context, id, signal)),
    podSandboxStatus: known((id, verbose) => podSandboxStatus(context, id, verbose)),
    listPodSandboxes: known((filter) => listPodSandboxes(ledger, filter)),
    createContainer: known((podSandboxId, config, signal) =>
      createContainer(context, { podSandboxId, config }, signal),
    ),
    startContainer: known((id, signal) => startContainer(context, id, signal)),
    stopContainer: known((id, graceSeconds, signal) =>
      stopContainer(context, { id, graceSeconds }, signal),
    ),
    removeContainer: known((id, signal) => removeContainer(context, id, signal)),
    containerStatus: known((id, verbose) => containerStatus(context, id, verbose)),
    listContainers: known((filter) => listContainers(ledger, filter)),
    updateContainerResources: known((id, resources, signal) =>
      updateContainerResources(context, { id, resources }, signal),
    ),
    reopenContainerLog: known((id, signal) => reopenContainerLog(context, id, signal)),
    requireRunning: known((id) => void needRunning(ledger, id, "a stream")),
    requireReady: known((id) => void needReady(ledger, id)),
    execSync: known((command, signal) => execSync(context, command, signal)),
    containerStats: known((id, signal) => containerStats(context, id, signal)),
    containerEvents: known((signal) => context.events.subscribe(signal)),
    listContainerStats: known((filter, signal) => listContainerStats(context, filter, signal)),
    podSandboxStats: known((id, signal) => podSandboxStats(context, id, signal)),
    listPodSandboxStats: known((filter, signal) => listPodSandboxStats(context, filter, signal)),
    listPodSandboxMetrics: known((signal) => listPodSandboxMetrics(context, signal)),
  };
}

type AboutNode =
  | "updateRuntimeConfig"
  | "status"
  | "cgroupDriver"
  | "version"
  | "listImages"
  | "imageStatus"
  | "pullImage"
  | "removeImage"
  | "imageFsInfo"
  | "metricFeatures";

function aboutNode(context: RuntimeContext): Pick<Runtime, AboutNode> {
  const { router } = context;
  return {
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
    metricFeatures: () => context.metrics.features(),
  };
}
