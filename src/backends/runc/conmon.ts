import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type MonitorAnswer, startMonitor } from "../../host/monitor.ts";
import type { NativeContext } from "./native-context.ts";
import type { OciRuntime } from "./oci-runtime.ts";

export interface MonitoredContainer {
  readonly id: string;
  readonly runtime: OciRuntime;
  /** Absolute; empty: what it writes goes nowhere. */
  readonly logFile: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  /** The end of a client's input ends the container's. */
  readonly stdinOnce: boolean;
  /** Puts the monitor where it belongs, before it has children. */
  readonly prepare: (pid: number) => Promise<void>;
}

const timeoutMillis = 60_000;

/** Makes a container by a conmon of its own, which follows it to its end whatever becomes of us. */
export async function createMonitored(
  { places, settings }: NativeContext,
  container: MonitoredContainer,
  signal: AbortSignal,
): Promise<MonitorAnswer> {
  const { id, runtime, logFile, tty, stdin, stdinOnce, prepare } = container;
  const bundle = places.bundle(id);
  for (const folder of [places.exits, places.attachSockets, join(bundle, "persist")])
    await mkdir(folder, { recursive: true, mode: 0o700 });
  const { path } = runtime.settings;
  const log = logFile === "" ? "none" : `k8s-file:${logFile}`;
  const [pidFile, conmonPidFile] = [join(bundle, "pid"), join(bundle, "conmon.pid")];
  const options: readonly (readonly [string, string])[] = [
    ["--cid", id],
    ["--cuuid", id],
    ["--name", id],
    ["--bundle", bundle],
    ["--runtime", path],
    ...runtime.globalArguments.map((argument) => ["--runtime-arg", argument] as const),
    ["--container-pidfile", pidFile],
    ["--conmon-pidfile", conmonPidFile],
    ["--log-path", log],
    ["--log-level", "error"],
    ["--exit-dir", places.exits],
    ["--persist-dir", join(bundle, "persist")],
    ["--socket-dir-path", places.attachSockets],
  ];
  const args = [
    ...options.flat(),
    ...(settings.cgroupDriver === "systemd" ? ["--systemd-cgroup"] : []),
    ...(tty ? ["--terminal"] : []),
    ...(stdin ? ["--stdin"] : []),
    ...(stdin && !stdinOnce ? ["--leave-stdin-open"] : []),
  ];
  const start = { file: settings.conmon, args, cwd: bundle, prepare, timeoutMillis };
  return await startMonitor(start, signal);
}
