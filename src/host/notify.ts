import { CriError } from "../model/error.ts";
import { exec } from "./exec.ts";

/** What systemd can be told (sd_notify(3)). */
export type ServiceState = "READY=1" | "STOPPING=1" | "WATCHDOG=1";

const timeoutMillis = 5_000;
/** Each beat is a child process, since Node has no datagram socket. */
const minBeatMillis = 30_000;

/** Tells systemd about our state; does nothing unless it asked for it by NOTIFY_SOCKET. Throws what exec throws, and Internal when systemd-notify fails. */
export async function notifySystemd(state: ServiceState, signal: AbortSignal): Promise<void> {
  const socket = process.env["NOTIFY_SOCKET"];
  if (socket === undefined || socket === "") return;
  const env = { NOTIFY_SOCKET: socket };
  const result = await exec("systemd-notify", [state], { signal, timeoutMillis, env });
  if (result.exitCode !== 0) {
    throw new CriError("Internal", `systemd-notify ${state}: ${result.stderr.toString().trim()}`);
  }
}

/**
 * Returns how often WATCHDOG=1 is due, in milliseconds: half of what systemd allows (sd_watchdog_enabled(3)), but no more
 * often than every 30 s. undefined when systemd does not watch this process.
 */
export function watchdogIntervalMillis(env: NodeJS.ProcessEnv = process.env): number | undefined {
  const micros = Number(env["WATCHDOG_USEC"]);
  const pid = env["WATCHDOG_PID"];
  if (!(micros > 0) || (pid !== undefined && pid !== String(process.pid))) return undefined;
  return Math.max(minBeatMillis, micros / 2_000);
}
