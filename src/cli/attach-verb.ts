import { RemoteSession } from "../client/remote-session.ts";
import { attachUrl } from "../client/stream-urls.ts";
import { endpointFlags, type Session, withEndpoint } from "./endpoint.ts";
import { findContainer } from "./find.ts";
import { inventory } from "./inventory.ts";
import { type Interaction, interactionFlags, joinStreams, streamChoice } from "./remote-streams.ts";
import type { Verb } from "./verb.ts";

/** Joins a container's own streams until it ends; leaving them leaves it alone. */
export const verb: Verb = {
  usage: "attach [FLAGS] CONTAINER",
  flags: { ...endpointFlags, ...interactionFlags },
  least: 1,
  most: 1,
  prepare: ({ values, positionals: [container = ""] }) => {
    const interaction = { stdin: values["stdin"] === true, tty: values["tty"] === true };
    return withEndpoint(values, (session) => attach(session, container, interaction));
  },
};

async function attach(
  session: Session,
  container: string,
  interaction: Interaction,
): Promise<number> {
  const { client, options, terminal } = session;
  const { id } = findContainer(await inventory(session), container).container;
  const streams = await streamChoice(terminal, interaction);
  const url = await attachUrl(client, { containerId: id, streams }, options);
  using remote = await RemoteSession.open(url, streams, AbortSignal.timeout(options.timeoutMillis));
  return await joinStreams(terminal, remote, streams);
}
