import type { StreamTarget } from "../model/streaming.ts";
import { attach } from "./attach.ts";
import type { RuntimeContext } from "./context.ts";
import { exec } from "./exec.ts";
import { connectToPort } from "./port-connect.ts";

/** Returns what streams are connected to. Until the engines have been read once every call is Unavailable, as with other questions. */
export function createStreamTarget(context: RuntimeContext): StreamTarget {
  const needKnown = (): void => context.known.require(context.router.backends);
  return {
    exec: async (request, session, signal) => {
      needKnown();
      return await exec(context, { request, session }, signal);
    },
    attach: async (request, session, signal) => {
      needKnown();
      await attach(context, { request, session }, signal);
    },
    connect: async (podSandboxId, port, signal) => {
      needKnown();
      return await connectToPort(context, { podSandboxId, port }, signal);
    },
  };
}
