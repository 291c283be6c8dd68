import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { loadConfig } from "../config/load-config.ts";
import { CriError, errnoOf, messageOf } from "../model/error.ts";
import { textOf } from "./endpoint.ts";
import type { CliFlag, Terminal, Verb } from "./verb.ts";

const subjects = ["pods", "heap", "cpu"] as const;

const flags = {
  "admin-socket": {
    type: "string",
    placeholder: "PATH",
    help: "the daemon's admin socket; else the one of the settings",
  },
  config: { type: "string", placeholder: "FILE", help: "the settings to take the socket from" },
  seconds: { type: "string", placeholder: "N", help: "how long cpu watches, 1 to 60 (10)" },
} satisfies Readonly<Record<string, CliFlag>>;

/** Asks the daemon on its admin socket: pods as JSON, a heap snapshot or a CPU profile, for a file. */
export const verb: Verb = {
  usage: "debug pods|heap|cpu [FLAGS] >FILE",
  flags,
  least: 1,
  most: 1,
  prepare: ({ values, positionals: [subject] }) => {
    const known = subjects.find((name) => name === subject);
    if (known === undefined) {
      throw new CriError("InvalidArgument", `usage: cri-ferry ${verb.usage}`);
    }
    const seconds = textOf(values, "seconds");
    if (seconds !== undefined && known !== "cpu")
      throw new CriError("InvalidArgument", "--seconds is for cpu");
    const query = seconds === undefined ? "" : `?seconds=${encodeURIComponent(seconds)}`;
    return async (terminal) => {
      const settings = { file: textOf(values, "config") };
      const socket = textOf(values, "admin-socket") ?? (await loadConfig(settings)).admin.socket;
      await print(terminal, socket, `/debug/${known}${query}`);
      return 0;
    };
  },
};

/** Prints as it comes: a heap snapshot may not fit into memory twice. */
async function print(terminal: Terminal, socketPath: string, path: string): Promise<void> {
  if (socketPath === "") throw new CriError("FailedPrecondition", 'admin.socket is "": it is off');
  const asked = request({ socketPath, path }).end();
  const [answer] = (await once(asked, "response").catch((thrown: unknown) => {
    throw unreachable(socketPath, thrown);
  })) as [IncomingMessage];
  if (answer.statusCode !== 200)
    throw new CriError("Unavailable", `cri-ferry says: ${(await text(answer)).trim()}`);
  for await (const piece of answer) await terminal.out(piece as Buffer);
}

function unreachable(socketPath: string, thrown: unknown): CriError {
  const options = { cause: thrown };
  if (errnoOf(thrown) === "EACCES")
    return new CriError("PermissionDenied", `only root may use ${socketPath}`, options);
  const message = `no cri-ferry answers at ${socketPath}: ${messageOf(thrown)}; admin.socket says where it does`;
  return new CriError("Unavailable", message, options);
}
