import { CriError } from "../model/error.ts";
import { endpointFlags, type Session, withEndpoint } from "./endpoint.ts";
import { findPod, fullName } from "./find.ts";
import { inventory } from "./inventory.ts";
import { removePod, stopPod } from "./pod-end.ts";
import type { Verb } from "./verb.ts";

/** Removes a pod with all its sandboxes and containers. */
export const verb: Verb = {
  usage: "rm [FLAGS] POD",
  flags: {
    ...endpointFlags,
    force: {
      type: "boolean",
      short: "f",
      help: "kill what runs; a pod that is not there is no error",
    },
  },
  least: 1,
  most: 1,
  prepare: ({ values, positionals: [name = ""] }) =>
    withEndpoint(values, (session) => remove(session, name, values["force"] === true)),
};

async function remove(session: Session, name: string, force: boolean): Promise<number> {
  const pods = await inventory(session);
  const found = findOrNone(() => findPod(pods, name), force);
  const sandboxes = pods.filter(
    (pod) => pod.uid === found?.uid && fullName(pod) === fullName(found),
  );
  for (const pod of sandboxes) {
    const running = pod.ready || pod.containers.some(({ state }) => state === "Running");
    if (running && !force) {
      throw new CriError(
        "FailedPrecondition",
        `pod ${fullName(pod)} runs; stop it first, or use -f`,
      );
    }
    await stopPod(session, pod, 0);
    await removePod(session, pod);
  }
  return 0;
}

function findOrNone<T>(find: () => T, missingIsFine: boolean): T | undefined {
  try {
    return find();
  } catch (thrown) {
    if (missingIsFine && thrown instanceof CriError && thrown.kind === "NotFound") return undefined;
    throw thrown;
  }
}
