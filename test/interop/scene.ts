import type { GoAnswer, GoClient, StreamRequest, Transport } from "./go-client.ts";
import type { StreamingNode } from "./streaming-node.ts";

/** What a test of streams has; the node is there once the tests run. */
export interface Scene {
  readonly transport: Transport;
  readonly node: () => StreamingNode;
  readonly client: () => GoClient;
}

/** For broken machines: a client that waits for ever would else hold up the run. */
export const deadline = { timeout: 120_000 };

/** Runs a command in the node's container, with stdout if not said otherwise. */
export function exec(
  { transport, node, client }: Scene,
  request: Partial<StreamRequest>,
): Promise<GoAnswer> {
  const { containerId } = node();
  return client().ask({ verb: "exec", transport, containerId, stdout: true, ...request });
}

/** The same with a script. */
export function shell(
  scene: Scene,
  script: string,
  request: Partial<StreamRequest> = {},
): Promise<GoAnswer> {
  return exec(scene, { command: ["sh", "-c", script], ...request });
}

/** Returns a script that waits until the terminal has that size and says so. */
export function awaitSize(rows: number, columns: number): string {
  const size = `${rows} ${columns}`;
  return `until test "$(stty size)" = "${size}"; do sleep 0.05; done; echo ${size}`;
}
