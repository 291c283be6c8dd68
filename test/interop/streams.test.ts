import { after, before, describe } from "node:test";
import { attachCases } from "./attach-cases.ts";
import { execCases, terminalCases } from "./exec-cases.ts";
import { forwardCases } from "./forward-cases.ts";
import { type GoClient, startGoClient } from "./go-client.ts";
import { whyNoGo } from "./go-program.ts";
import { olderSpdyCases, olderWebSocketCases } from "./older-protocol-cases.ts";
import { beyondPeer, StreamingNode } from "./streaming-node.ts";

describe("client-go", { skip: whyNoGo() ?? false }, () => {
  const stack = new AsyncDisposableStack();
  let node: StreamingNode;
  let client: GoClient;

  before(async () => {
    node = stack.use(await StreamingNode.start());
    client = stack.use(startGoClient(node.program, node.endpoint.socket));
  });
  after(() => stack.disposeAsync());

  for (const transport of ["spdy", "websocket"] as const) {
    const scene = { transport, node: () => node, client: () => client };
    describe(`over ${transport}`, transport === "websocket" ? beyondPeer : {}, () => {
      execCases(scene);
      terminalCases(scene);
      attachCases(scene);
      forwardCases(scene);
    });
    describe(`by older protocols over ${transport}`, () => {
      if (transport === "spdy") olderSpdyCases(scene);
      else olderWebSocketCases(scene);
    });
  }
});
