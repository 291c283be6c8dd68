import { join } from "node:path";
import type { GoClient } from "../../interop/go-client.ts";
import { LineProcess } from "../../interop/line-process.ts";
import type { ServerAnswer, ServerRequest } from "./server-protocol.ts";
import type { Subject } from "./work.ts";

export type ServerProcess = LineProcess<ServerRequest, ServerAnswer>;

/** A streaming server that is measured; each start is a new process. */
export interface Contender {
  readonly name: string;
  readonly start: () => ServerProcess;
}

/** As the launcher starts the daemon. */
const nodeFlags: readonly string[] = ["--max-old-space-size=256", "--max-semi-space-size=4"];

/** Ours, and Kubernetes' server, which it is compared with; `nodeArguments` go before the script. */
export function contenders(
  program: string,
  nodeArguments: readonly string[] = [],
): readonly Contender[] {
  const args = [
    ...nodeFlags,
    ...nodeArguments,
    join(import.meta.dirname, "../../interop/echo-server.ts"),
  ];
  return [
    { name: "Go", start: () => new LineProcess(program, ["server"]) },
    { name: "cri-ferry", start: () => new LineProcess(process.execPath, args) },
  ];
}

/** A server of memory as something to work on. */
export function memorySubject(server: ServerProcess, client: GoClient): Subject {
  const ask = async (request: ServerRequest): Promise<string> => {
    const { url, error } = await server.ask(request);
    if (error !== "") throw new Error(error);
    return url;
  };
  return {
    client,
    pid: server.pid,
    exec: async ({ kind, bytes }) => {
      const command = kind === "down" ? ["source", String(bytes)] : [kind === "up" ? "sink" : kind];
      const stdin = kind !== "down";
      return { url: await ask({ verb: "exec", command, stdin, stdout: true }) };
    },
    forward: async () => ({ url: await ask({ verb: "forward" }), port: 7 }),
  };
}
