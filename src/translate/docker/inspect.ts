import type { ContainerFacts } from "../../model/container.ts";
import type { PodSandboxFacts } from "../../model/pod-sandbox.ts";
import { type LinuxResources, noResources } from "../../model/resources.ts";
import type { DockerContainerInspect, DockerHostConfig, DockerState } from "./api.ts";
import { engineTimeNanos } from "./engine-time.ts";

/** What docker cannot tell of a container and the caller may know. */
export interface BeyondDocker {
  /** When a start failed, in nanoseconds since 1970: docker records no time for it. */
  readonly failedAtNanos?: bigint;
  /** Limits that were written into cgroup files. */
  readonly resources?: Pick<LinuxResources, "hugepageLimits" | "unified">;
}

/** The exit code of a container whose process never ran, where docker tells none (127: no such command, 126: not executable). */
const startFailedCode = 128;
/** 128 + SIGKILL: how a process that the kernel's OOM killer ended is seen. */
const killedCode = 137;

/** Returns what changes in a sandbox's life; its addresses are the network's to tell. */
export function sandboxFacts(
  inspect: DockerContainerInspect,
  ips: readonly string[],
): PodSandboxFacts {
  return { pid: livePid(inspect.State), ...times(inspect, undefined), ips };
}

/**
 * Returns what changes in a container's life. A start that failed shows as ended, with docker's words, at the time the caller
 * saw it or else at its creation. `oomKilled` is said of the container's own end only: docker's flag is also set when a process that
 * was executed in it is killed.
 */
export function containerFacts(
  inspect: DockerContainerInspect,
  beyond: BeyondDocker = {},
): ContainerFacts {
  const { State: state, HostConfig } = inspect;
  const ended = times(inspect, beyond.failedAtNanos);
  const exitCode = state.ExitCode ?? 0;
  const over = ended.finishedAtNanos > 0n;
  const failed = startFailed(state);
  return {
    pid: livePid(state),
    ...ended,
    exitCode: over ? (failed && exitCode === 0 ? startFailedCode : exitCode) : 0,
    oomKilled: over && state.OOMKilled === true && exitCode === killedCode,
    error: failed ? (state.Error ?? "") : "",
    user: undefined,
    resources: { ...readResources(HostConfig), ...beyond.resources },
  };
}

/** Returns the limits that docker knows of; 0 there means not said. */
export function readResources(hostConfig: DockerHostConfig): LinuxResources {
  return {
    ...noResources,
    cpuPeriodMicros: said(hostConfig.CpuPeriod),
    cpuQuotaMicros: said(hostConfig.CpuQuota),
    cpuShares: said(hostConfig.CpuShares),
    memoryLimitBytes: said(hostConfig.Memory),
    memorySwapLimitBytes: said(hostConfig.MemorySwap),
    oomScoreAdj: hostConfig.OomScoreAdj,
    cpusetCpus: saidText(hostConfig.CpusetCpus),
    cpusetMems: saidText(hostConfig.CpusetMems),
  };
}

type Times = Pick<ContainerFacts, "startedAtNanos" | "finishedAtNanos">;

function times(inspect: DockerContainerInspect, failedAtNanos: bigint | undefined): Times {
  const { State: state } = inspect;
  const startedAtNanos = engineTimeNanos(state.StartedAt);
  if (isLive(state)) return { startedAtNanos, finishedAtNanos: 0n };
  if (startFailed(state))
    return {
      startedAtNanos: 0n,
      finishedAtNanos: failedAtNanos ?? engineTimeNanos(inspect.Created),
    };
  if (startedAtNanos === 0n) return { startedAtNanos, finishedAtNanos: 0n };
  // A daemon that was killed under its containers may have recorded no end.
  const finished = engineTimeNanos(state.FinishedAt);
  return { startedAtNanos, finishedAtNanos: finished > 0n ? finished : startedAtNanos };
}

/** 20.10 to 29 leave the status at `created` after a failed start, and set Error and an exit code. */
function startFailed(state: DockerState): boolean {
  const hasFailed = (state.Error ?? "") !== "" || (state.ExitCode ?? 0) !== 0;
  return engineTimeNanos(state.StartedAt) === 0n && !isLive(state) && hasFailed;
}

function isLive(state: DockerState): boolean {
  return state.Status === "running" || state.Status === "paused" || state.Status === "restarting";
}

function livePid(state: DockerState): number {
  return isLive(state) ? (state.Pid ?? 0) : 0;
}

function said(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}

function saidText(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
