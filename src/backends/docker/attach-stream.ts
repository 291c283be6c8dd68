import type { Container } from "../../model/container.ts";
import { CriError } from "../../model/error.ts";
import type { TerminalSize } from "../../model/streaming.ts";
import type { AttachStreams } from "../backend.ts";
import type { DockerApi } from "./client.ts";
import { detachKeys } from "./detach-keys.ts";
import { OutputPump } from "./output-pump.ts";
import { passInput } from "./pass-input.ts";
import { TerminalSizes } from "./terminal-sizes.ts";

/**
 * Joins a container's own streams until it ends. A client that does not read holds the container's output up once docker's buffer of
 * 1 MB is full, as with every runtime. Throws Cancelled when the client has gone, FailedPrecondition when the container does not run.
 */
export async function attachStream(
  api: DockerApi,
  { container, attach }: { readonly container: Container; readonly attach: AttachStreams },
  signal: AbortSignal,
): Promise<void> {
  const { tty, stdinOnce } = container.config;
  const { session } = attach;
  const ending = new AbortController();
  const life = AbortSignal.any([signal, ending.signal]);
  const sizes = tty && attach.streams.tty ? new TerminalSizes(session.resizes) : undefined;
  const request = attachRequest(container, attach);
  const connection = await api.hijack(request, life);
  // Elsewhere docker takes the end of the input for the wish to see no more of the output.
  using _input = passInput(session.stdin, connection, { endsToo: stdinOnce && !tty });
  // What a container without stdin is sent would else hold up the client's other streams.
  if (!container.config.stdin) session.stdin?.resume();
  const resize = (size: TerminalSize, limit: AbortSignal) =>
    resizeContainer(api, { id: container.id, size }, limit);
  const resizing = sizes?.follow(resize, life);
  try {
    await new OutputPump(connection, session, tty).run();
    if (signal.aborted) throw CriError.from(signal.reason, "attach");
  } finally {
    ending.abort();
    connection.destroy();
    await resizing;
  }
}

function attachRequest({ id, config }: Container, { streams }: AttachStreams) {
  const { stdin, stdout, stderr } = streams;
  const asked = { stdin: stdin && config.stdin, stdout, stderr: stderr && !config.tty };
  const query = { stream: true, logs: false, detachKeys, ...asked };
  return { method: "POST", path: `/containers/${id}/attach`, query } as const;
}

async function resizeContainer(
  api: DockerApi,
  { id, size }: { readonly id: string; readonly size: TerminalSize },
  signal: AbortSignal,
): Promise<void> {
  const query = { h: size.height, w: size.width };
  await api.call({ method: "POST", path: `/containers/${id}/resize`, query }, signal);
}
