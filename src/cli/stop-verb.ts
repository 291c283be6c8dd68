import { endpointFlags, secondsOf, withEndpoint } from "./endpoint.ts";
import { findPod } from "./find.ts";
import { inventory } from "./inventory.ts";
import { stopPod } from "./pod-end.ts";
import type { Verb } from "./verb.ts";

/** Stops a pod; it stays to be looked at. */
export const verb: Verb = {
  usage: "stop [FLAGS] POD",
  flags: {
    ...endpointFlags,
    grace: {
      type: "string",
      placeholder: "SECONDS",
      help: "before the kill; else what the pod says, or 30",
    },
  },
  least: 1,
  most: 1,
  prepare: ({ values, positionals: [name = ""] }) => {
    const grace = values["grace"] === undefined ? undefined : secondsOf(values, "grace", 0);
    return withEndpoint(values, async (session) => {
      await stopPod(session, findPod(await inventory(session), name), grace);
      return 0;
    });
  },
};
