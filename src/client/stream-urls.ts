import { CriError } from "../model/error.ts";
import type { StreamChoice } from "../model/streaming.ts";
import type { CallOptions, CriClient } from "./cri-client.ts";

/** Returns where the streams of a command are served. Throws what the server answered. */
export async function execUrl(
  client: CriClient,
  request: {
    readonly containerId: string;
    readonly command: readonly string[];
    readonly streams: StreamChoice;
  },
  options: CallOptions,
): Promise<string> {
  const { containerId, command, streams } = request;
  const wire = { containerId, cmd: [...command], ...streams };
  return (await client.runtime("Exec", wire, options)).url;
}

/** The same for a container's own streams. */
export async function attachUrl(
  client: CriClient,
  request: { readonly containerId: string; readonly streams: StreamChoice },
  options: CallOptions,
): Promise<string> {
  const wire = { containerId: request.containerId, ...request.streams };
  return (await client.runtime("Attach", wire, options)).url;
}

/** The same for ports of a pod. */
export async function portForwardUrl(
  client: CriClient,
  request: { readonly podSandboxId: string; readonly ports: readonly number[] },
  options: CallOptions,
): Promise<string> {
  const wire = { podSandboxId: request.podSandboxId, port: [...request.ports] };
  return (await client.runtime("PortForward", wire, options)).url;
}

/** Returns a URL with a scheme, which some servers leave out. Throws Internal for what is none at all. */
export function dialable(url: string): string {
  const whole = url.startsWith("//") ? `http:${url}` : url;
  if (/^https?:\/\/./.test(whole)) return whole;
  throw new CriError("Internal", `the endpoint answered "${url}", which is no URL of http`);
}
