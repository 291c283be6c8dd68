import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { processes } from "../harness/processes.ts";
import { type GoClient, startGoClient } from "./go-client.ts";
import { whyNoGo } from "./go-program.ts";
import { echoPort, StreamingNode } from "./streaming-node.ts";

const rounds = 3;
const deadline = { timeout: 120_000 };

/** What the daemon and its pods hold while nobody streams. */
function held(pid: number, port: number) {
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    connections: readFileSync(`/proc/${pid}/net/tcp`, "utf8")
      .split("\n")
      // ESTABLISHED or CLOSE_WAIT, by one of its own sockets' ports.
      .filter((line) => / (?:01|08) /.test(line) && line.includes(hexOf(port))).length,
    processes: processes().filter(({ command }) => command.includes(marker)).length,
  };
}

const marker = "8200003";

function hexOf(port: number): string {
  return `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
}

describe("a client that is killed", { skip: whyNoGo() ?? false }, () => {
  const stack = new AsyncDisposableStack();
  let node: StreamingNode;
  let attachedId: string;
  let port: number;

  before(async () => {
    node = stack.use(await StreamingNode.start());
    port = await node.streamingPort();
    const command = ["sh", "-c", "while :; do echo tick; sleep 0.01; done"];
    attachedId = await node.startContainer("ticking", { command, stdin: true });
  });
  after(() => stack.disposeAsync());

  /** Everything that a client can have open, in the middle of it. */
  async function midst(client: GoClient): Promise<void> {
    const { containerId, podSandboxId } = node;
    const busy = (["spdy", "websocket"] as const).flatMap((transport) =>
      [
        ["sh", "-c", `echo begun; exec sleep ${marker}`],
        ["sh", "-c", `echo begun; exec head -c 99${marker} /dev/zero`],
        ["sh", "-c", `echo begun; exec head -c 9999999${marker} >/dev/null`],
      ].map((command, index) => {
        const stdin = index === 2 ? { stdin: true, payloadBytes: 2 ** 40 } : {};
        const request = { verb: "exec", transport, containerId, command, stdout: true } as const;
        return client.ask({ ...request, ...stdin });
      }),
    );
    const terminal = ["sh", "-c", `echo begun; exec sleep ${marker}`];
    const waiting = [{ expect: "begun" }, { gate: "begun" }, { gate: "never" }] as const;
    const exec = { verb: "exec", containerId, stdin: true, stdout: true } as const;
    const attach = { verb: "attach", containerId: attachedId, stdout: true } as const;
    const forward = { verb: "forward", podSandboxId, ports: [echoPort], connections: 3 } as const;
    const all = [
      ...busy,
      client.ask({ ...exec, transport: "spdy", tty: true, command: terminal, steps: waiting }),
      client.ask({ ...exec, transport: "websocket", command: terminal, steps: waiting }),
      client.ask({ ...attach, transport: "spdy" }),
      client.ask({ ...attach, transport: "websocket" }),
      client.ask({ ...forward, transport: "spdy", payloadBytes: 2 ** 40 }),
      client.ask({ ...forward, transport: "websocket", payloadBytes: 2 ** 40 }),
    ];
    const over = Promise.allSettled(all);
    const early = all.map(async (session) => {
      throw new Error(`a session has ended by itself: ${(await session).error}`);
    });
    await Promise.race([client.ask({ verb: "arrived", gate: "begun", count: 2 }), ...early]);
    for (const session of early) session.catch(() => undefined);
    await client.kill();
    const results = await over;
    assert.ok(results.every(({ status }) => status === "rejected"));
  }

  test("leaves nothing, and the attached container alone", deadline, async () => {
    await midst(startGoClient(node.program, node.endpoint.socket));
    await eventually("its processes are gone", () =>
      held(node.endpoint.pid, port).processes === 0 ? true : undefined,
    );
    const before = await quiet();
    for (let round = 0; round < rounds; round += 1) {
      await midst(startGoClient(node.program, node.endpoint.socket));
    }
    await eventually("what it held is free again", () => {
      const now = held(node.endpoint.pid, port);
      const isFree = now.processes === 0 && now.connections === 0;
      return isFree && now.descriptors <= before.descriptors ? true : undefined;
    });
    const { status } = await node.client.runtime(
      "ContainerStatus",
      { containerId: attachedId },
      { timeoutMillis: 10_000 },
    );
    assert.equal(status?.state, "CONTAINER_RUNNING");
  });

  /** The figures when they have not changed for a while: an engine closes its ends a moment later. */
  async function quiet() {
    let last = held(node.endpoint.pid, port);
    let same = 0;
    return await eventually("nothing changes", () => {
      const now = held(node.endpoint.pid, port);
      same = now.descriptors === last.descriptors ? same + 1 : 0;
      last = now;
      return same > 20 ? now : undefined;
    });
  }
});
