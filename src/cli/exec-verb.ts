import { endpointFlags, type Session, secondsOf, withEndpoint } from "./endpoint.ts";
import { findContainer } from "./find.ts";
import { inventory } from "./inventory.ts";
import type { Verb } from "./verb.ts";

/** Runs a command to its end and passes its output and its exit code on. */
export const verb: Verb = {
  usage: "exec [FLAGS] CONTAINER -- COMMAND…",
  flags: endpointFlags,
  least: 2,
  most: Number.POSITIVE_INFINITY,
  prepare: ({ values, positionals: [container = "", ...command] }) => {
    const seconds = secondsOf(values, "timeout", 120);
    return withEndpoint(values, (session) => exec(session, { container, command, seconds }));
  },
};

interface Exec {
  readonly container: string;
  readonly command: readonly string[];
  readonly seconds: number;
}

/** The server ends the command at the timeout; our own call may take a little longer, to hear of it. */
async function exec(session: Session, { container, command, seconds }: Exec): Promise<number> {
  const { client, terminal, json } = session;
  const found = findContainer(await inventory(session), container);
  const timeoutMillis = seconds * 1000 + 5000;
  const request = {
    containerId: found.container.id,
    cmd: [...command],
    timeout: `${Math.max(1, Math.ceil(seconds))}`,
  };
  const { stdout, stderr, exitCode } = await client.runtime("ExecSync", request, { timeoutMillis });
  if (json) {
    const texts = { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
    await terminal.out(`${JSON.stringify(texts)}\n`);
  } else {
    await terminal.out(stdout);
    await terminal.err(stderr);
  }
  return exitCode;
}
