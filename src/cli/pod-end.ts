import { rm } from "node:fs/promises";
import { loadConfig } from "../config/load-config.ts";
import type { Session } from "./endpoint.ts";
import type { ListedContainer, ListedPod } from "./inventory.ts";
import { logFolder, madeByRun, volumeFolder } from "./pod-folders.ts";

/** Kubernetes' own default, for pods that nobody gave another. */
const defaultGraceSeconds = 30;

/**
 * Stops a pod's containers together, each with its own grace period unless one is given, and then its sandbox. Stopped already is
 * no error.
 */
export async function stopPod(
  session: Session,
  pod: ListedPod,
  graceSeconds: number | undefined,
): Promise<void> {
  const running = pod.containers.filter(({ state }) => state !== "Exited");
  await Promise.all(
    running.map((container) =>
      stopContainer(session, container, graceSeconds ?? ownGrace(container)),
    ),
  );
  const { client, options } = session;
  await client.runtime("StopPodSandbox", { podSandboxId: pod.id }, options);
}

/** Removes a stopped pod with its containers, and the folders that `run` made for it. */
export async function removePod(session: Session, pod: ListedPod): Promise<void> {
  const { client, options } = session;
  const folders = pod.annotations[madeByRun] === undefined ? [] : await foldersOf(session, pod);
  for (const { id } of pod.containers) {
    await client.runtime("RemoveContainer", { containerId: id }, options);
  }
  await client.runtime("RemovePodSandbox", { podSandboxId: pod.id }, options);
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}

async function foldersOf(session: Session, pod: ListedPod): Promise<readonly string[]> {
  const { client, options, settings } = session;
  const { state } = await loadConfig(settings);
  const statuses = await Promise.all(
    pod.containers.map(({ id }) => client.runtime("ContainerStatus", { containerId: id }, options)),
  );
  const logs = statuses.map(({ status }) => logFolder(pod, status?.logPath ?? ""));
  const folders = new Set([volumeFolder(state.root, pod.uid), ...logs]);
  return [...folders].filter((folder) => folder !== undefined);
}

async function stopContainer(
  { client, options }: Session,
  container: ListedContainer,
  graceSeconds: number,
): Promise<void> {
  const timeoutMillis = options.timeoutMillis + graceSeconds * 1000;
  const request = { containerId: container.id, timeout: `${Math.ceil(graceSeconds)}` };
  await client.runtime("StopContainer", request, { timeoutMillis });
}

/** Kubelets and `run` leave the grace period in this annotation. */
function ownGrace(container: ListedContainer): number {
  const seconds = Number(container.annotations["io.kubernetes.pod.terminationGracePeriod"] ?? "");
  return Number.isInteger(seconds) && seconds > 0 ? seconds : defaultGraceSeconds;
}
