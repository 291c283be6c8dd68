import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before } from "node:test";
import type { ContainerConfig } from "../../src/gen/runtime/v1/ContainerConfig.ts";
import type { ContainerStatusOutput } from "../../src/gen/runtime/v1/ContainerStatus.ts";
import type { LinuxContainerSecurityContext } from "../../src/gen/runtime/v1/LinuxContainerSecurityContext.ts";
import type { LinuxSandboxSecurityContext } from "../../src/gen/runtime/v1/LinuxSandboxSecurityContext.ts";
import type { NamespaceMode } from "../../src/gen/runtime/v1/NamespaceMode.ts";
import type { PodSandboxConfig } from "../../src/gen/runtime/v1/PodSandboxConfig.ts";
import type { PodSandboxStatusOutput } from "../../src/gen/runtime/v1/PodSandboxStatus.ts";
import { eventually } from "../harness/eventually.ts";
import { suiteNamespace } from "./names.ts";
import { image, runtime, subject } from "./subject.ts";

/** A running sandbox and the configuration that it was made with. */
export interface Pod {
  readonly id: string;
  readonly config: PodSandboxConfig & { readonly logDirectory: string };
}

/** Something with an end, such as a test: what is registered runs then. */
export interface Scope {
  after(work: () => Promise<void>): void;
}

let count = 0;

/** A name that no other pod or container of this run has. */
export function uniqueName(prefix: string): string {
  count += 1;
  return `${prefix}-${process.pid}-${count}`;
}

/** The configuration that a kubelet would send for a plain pod. */
export function podConfig(changes: PodSandboxConfig = {}): Pod["config"] {
  const name = uniqueName("pod");
  return {
    metadata: { name, uid: randomUUID(), namespace: suiteNamespace, attempt: 0 },
    hostname: name,
    logDirectory: join(subject.workFolder, "logs", name),
    labels: { suite: suiteNamespace },
    linux: podLinux({}),
    ...changes,
  };
}

/** The Linux part of a pod whose containers have PID namespaces of their own, as a kubelet asks for by default. */
export function podLinux(
  namespaces: Readonly<Record<string, NamespaceMode>>,
  security: LinuxSandboxSecurityContext = {},
): NonNullable<PodSandboxConfig["linux"]> {
  return { securityContext: { namespaceOptions: namespaceOptions(namespaces), ...security } };
}

/** The namespace options of a plain pod with some of them replaced. */
export function namespaceOptions(
  changes: Readonly<Record<string, NamespaceMode>>,
): NonNullable<LinuxSandboxSecurityContext["namespaceOptions"]> {
  return { network: "POD", pid: "CONTAINER", ipc: "POD", ...changes };
}

/** Runs a sandbox that is removed at the end of the scope. */
export async function startPod(scope: Scope, changes: PodSandboxConfig = {}): Promise<Pod> {
  const config = podConfig(changes);
  await mkdir(config.logDirectory, { recursive: true });
  const { podSandboxId: id } = await runtime("RunPodSandbox", { config });
  scope.after(() => removePod(id));
  return { id, config };
}

/** Removes a sandbox as a kubelet does: stop, then remove. One that is gone already is no error here. */
export async function removePod(id: string): Promise<void> {
  const { items } = await runtime("ListPodSandbox", { filter: { id } });
  if (items.length === 0) return;
  await runtime("StopPodSandbox", { podSandboxId: id });
  await runtime("RemovePodSandbox", { podSandboxId: id });
}

/** One sandbox for all tests of a file; returns a function that gives it once it runs. */
export function sharedPod(changes: PodSandboxConfig = {}): () => Pod {
  let pod: Pod | undefined;
  before(async () => {
    pod = await startPod({ after: () => undefined }, changes);
  });
  after(async () => {
    if (pod !== undefined) await removePod(pod.id);
  });
  return () => {
    if (pod === undefined) throw new Error("the sandbox of this file did not start");
    return pod;
  };
}

/** The configuration of a container that stays until it is stopped. */
export function containerConfig(changes: ContainerConfig = {}): ContainerConfig {
  const name = uniqueName("container");
  return {
    metadata: { name, attempt: 0 },
    image: { image: subject.images.busybox.reference },
    command: ["sleep", "1000000"],
    labels: { suite: suiteNamespace },
    logPath: `${name}/0.log`,
    linux: { securityContext: { namespaceOptions: namespaceOptions({}) } },
    ...changes,
  };
}

/** The Linux part of a container with these security settings. */
export function containerLinux(
  security: LinuxContainerSecurityContext,
): NonNullable<ContainerConfig["linux"]> {
  return { securityContext: { namespaceOptions: namespaceOptions({}), ...security } };
}

/** Pulls the image if need be and creates a container; it goes with its sandbox. Returns its id. */
export async function createContainer(pod: Pod, changes: ContainerConfig = {}): Promise<string> {
  const config = containerConfig(changes);
  const spec = config.image ?? {};
  const { image: present } = await image("ImageStatus", { image: spec });
  if (present === null) await image("PullImage", { image: spec, sandboxConfig: pod.config });
  if (config.logPath) {
    await mkdir(dirname(join(pod.config.logDirectory, config.logPath)), { recursive: true });
  }
  const request = { podSandboxId: pod.id, config, sandboxConfig: pod.config };
  return (await runtime("CreateContainer", request)).containerId;
}

/** Creates and starts a container. Returns its id. */
export async function startContainer(pod: Pod, changes: ContainerConfig = {}): Promise<string> {
  const containerId = await createContainer(pod, changes);
  await runtime("StartContainer", { containerId });
  return containerId;
}

/** Returns the status of a container. */
export async function containerStatus(containerId: string): Promise<ContainerStatusOutput> {
  const { status } = await runtime("ContainerStatus", { containerId });
  if (status === null) throw new Error("ContainerStatus answered without a status");
  return status;
}

/** Returns the status of a sandbox. */
export async function podStatus(podSandboxId: string): Promise<PodSandboxStatusOutput> {
  const { status } = await runtime("PodSandboxStatus", { podSandboxId });
  if (status === null) throw new Error("PodSandboxStatus answered without a status");
  return status;
}

/** Waits until a container has ended and returns its status. */
export function ended(containerId: string): Promise<ContainerStatusOutput> {
  return eventually("the container ends", async () => {
    const status = await containerStatus(containerId);
    return status.state === "CONTAINER_EXITED" ? status : undefined;
  });
}

/** Runs a container to its end. Returns its id and last status. */
export async function runToEnd(pod: Pod, changes: ContainerConfig): Promise<ContainerStatusOutput> {
  return ended(await startContainer(pod, changes));
}

/** What a command in a container gave. */
export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a running container. */
export async function exec(containerId: string, cmd: readonly string[]): Promise<ExecResult> {
  const answer = await runtime("ExecSync", { containerId, cmd: [...cmd], timeout: 30 });
  return {
    exitCode: answer.exitCode,
    stdout: answer.stdout.toString(),
    stderr: answer.stderr.toString(),
  };
}

/** Runs a shell script in a running container; returns its stdout without the last line end, throws when it fails. */
export async function shell(containerId: string, script: string): Promise<string> {
  const result = await exec(containerId, ["sh", "-c", script]);
  if (result.exitCode !== 0) {
    throw new Error(`${script}: ${result.exitCode} ${result.stdout} ${result.stderr}`);
  }
  return result.stdout.trimEnd();
}

/** Starts a container with these settings in a pod and runs one script in it. */
export async function shellIn(pod: Pod, changes: ContainerConfig, script: string): Promise<string> {
  return shell(await startContainer(pod, changes), script);
}
