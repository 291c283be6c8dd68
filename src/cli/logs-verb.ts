import { CriError } from "../model/error.ts";
import { joined, LogParser } from "./cri-log.ts";
import { endpointFlags, type Session, withEndpoint } from "./endpoint.ts";
import { findContainer } from "./find.ts";
import { inventory } from "./inventory.ts";
import { readLogFile } from "./log-file.ts";
import type { Verb } from "./verb.ts";

/** Prints what a container wrote, its stderr to ours. */
export const verb: Verb = {
  usage: "logs [FLAGS] CONTAINER",
  flags: {
    ...endpointFlags,
    follow: { type: "boolean", short: "f", help: "go on until the container ends" },
  },
  least: 1,
  most: 1,
  prepare: ({ values, positionals: [name = ""] }) =>
    withEndpoint(values, (session) => print(session, name, values["follow"] === true)),
};

async function print(session: Session, name: string, follow: boolean): Promise<number> {
  const { client, options, terminal } = session;
  const { id } = findContainer(await inventory(session), name).container;
  const statusOf = async () =>
    (await client.runtime("ContainerStatus", { containerId: id }, options)).status;
  const path = (await statusOf())?.logPath ?? "";
  if (path === "") throw new CriError("FailedPrecondition", `container ${name} has no log file`);
  const running = async (): Promise<boolean> => (await statusOf())?.state === "CONTAINER_RUNNING";
  const parser = new LogParser();
  for await (const chunk of readLogFile(follow ? { path, running } : { path })) {
    for (const { stream, bytes } of joined(parser.push(chunk))) {
      await (stream === "stdout" ? terminal.out(bytes) : terminal.err(bytes));
    }
  }
  return 0;
}
