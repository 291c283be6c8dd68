import { setTimeout as wait } from "node:timers/promises";
import { createContainer, imageReference, pullImage, runPodSandbox } from "../client/pod-calls.ts";
import { CriError, messageOf } from "../model/error.ts";
import type { ContainerPlan } from "../translate/kube/container.ts";
import type { PodPlan } from "../translate/kube/pod.ts";
import type { Session } from "./endpoint.ts";
import { inventory } from "./inventory.ts";
import { removePod, stopPod } from "./pod-end.ts";

/** How often a container that should end is asked about. */
const pollMillis = 200;

/** Pulls may take as long as a kubelet lets them. */
const pullTimeoutMillis = 3_600_000;

/** The ids of a pod that runs. */
export interface StartedPod {
  readonly podSandboxId: string;
  /** Container name → id, in the manifest's order, without the init containers. */
  readonly containers: ReadonlyMap<string, string>;
}

/**
 * Pulls what is needed, runs the sandbox, the init containers one by one to their end, then starts the others. When a step fails
 * the pod is removed again, all but its logs.
 */
export async function startPod(session: Session, plan: PodPlan): Promise<StartedPod> {
  const references = new Map<ContainerPlan, string>();
  for (const container of [...plan.initContainers, ...plan.containers]) {
    references.set(container, await imageOf(session, container, plan));
  }
  const { client, options } = session;
  const pod = { config: plan.sandbox, runtimeHandler: plan.runtimeHandler };
  const podSandboxId = await runPodSandbox(client, pod, options);
  const start = (container: ContainerPlan): Promise<string> =>
    startContainer(session, {
      podSandboxId,
      plan,
      container,
      image: references.get(container) ?? "",
    });
  try {
    for (const container of plan.initContainers)
      await runToSuccess(session, plan, await start(container));
    const containers = new Map<string, string>();
    for (const container of plan.containers) {
      containers.set(container.config.metadata.name, await start(container));
    }
    return { podSandboxId, containers };
  } catch (thrown) {
    await rollBack(session, podSandboxId);
    throw thrown;
  }
}

/** Waits until a container has ended; returns its exit code. */
export async function waitForEnd(
  { client, options }: Session,
  containerId: string,
): Promise<number> {
  for (;;) {
    const { status } = await client.runtime("ContainerStatus", { containerId }, options);
    if (status?.state === "CONTAINER_EXITED") return status.exitCode;
    await wait(pollMillis);
  }
}

async function imageOf(
  { client, options }: Session,
  { config, pullPolicy }: ContainerPlan,
  plan: PodPlan,
): Promise<string> {
  const present =
    pullPolicy === "Always" ? undefined : await imageReference(client, config.image, options);
  if (present !== undefined) return present;
  if (pullPolicy === "Never") {
    throw new CriError(
      "NotFound",
      `image ${config.image.image} is not there and must not be pulled`,
    );
  }
  const pull = { spec: config.image, sandboxConfig: plan.sandbox };
  return pullImage(client, pull, { timeoutMillis: pullTimeoutMillis });
}

interface ContainerStart {
  readonly podSandboxId: string;
  readonly plan: PodPlan;
  readonly container: ContainerPlan;
  readonly image: string;
}

async function startContainer(
  { client, options }: Session,
  { podSandboxId, plan, container, image }: ContainerStart,
): Promise<string> {
  const config = { ...container.config, image: { ...container.config.image, image } };
  const request = { podSandboxId, config, sandboxConfig: plan.sandbox };
  const containerId = await createContainer(client, request, options);
  await client.runtime("StartContainer", { containerId }, options);
  return containerId;
}

async function runToSuccess(session: Session, plan: PodPlan, containerId: string): Promise<void> {
  const exitCode = await waitForEnd(session, containerId);
  if (exitCode === 0) return;
  throw new CriError(
    "FailedPrecondition",
    `init container ${containerId.slice(0, 12)} ended with code ${exitCode}; its log is in ${plan.sandbox.logDirectory}`,
  );
}

async function rollBack(session: Session, podSandboxId: string): Promise<void> {
  try {
    const pods = await inventory(session);
    const pod = pods.find(({ id }) => id === podSandboxId);
    if (pod === undefined) return;
    await stopPod(session, pod, 0);
    await removePod(session, { ...pod, annotations: {} });
  } catch (thrown) {
    await session.terminal.err(`pod ${podSandboxId} is left over: ${messageOf(thrown)}\n`);
  }
}
