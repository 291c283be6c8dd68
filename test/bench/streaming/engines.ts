import { startGoClient } from "../../interop/go-client.ts";
import { echoPort, StreamingNode } from "../../interop/streaming-node.ts";
import type { NamedSubject } from "./measure.ts";
import type { Work } from "./work.ts";

/** Starts a daemon with one pod for each name (`docker`: cri-ferry on it; `containerd`); they end with the stack. */
export async function engineSubjects(
  names: readonly string[],
  program: string,
  stack: AsyncDisposableStack,
): Promise<readonly NamedSubject[]> {
  const subjects: NamedSubject[] = [];
  for (const name of names) {
    const node = stack.use(await StreamingNode.start(name));
    const { containerId, podSandboxId } = node;
    const client = stack.use(startGoClient(program, node.endpoint.socket));
    subjects.push({
      name: name === "docker" ? "cri-ferry on docker" : name,
      client,
      // Debian's knows neither the fifth protocol nor the tunnel.
      ...(name === "containerd" ? { transports: ["spdy"] as const } : {}),
      pid: node.endpoint.pid,
      exec: async (work) => ({ containerId, command: commandOf(work) }),
      forward: async () => ({ podSandboxId, port: echoPort }),
    });
  }
  return subjects;
}

function commandOf({ kind, bytes }: Work): readonly string[] {
  if (kind === "up") return ["wc", "-c"];
  return kind === "down" ? ["head", "-c", String(bytes), "/dev/zero"] : ["cat"];
}
