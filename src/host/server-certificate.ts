import type { Server } from "node:https";
import { createSecureContext } from "node:tls";
import type { Clock, Log } from "../model/ports.ts";
import { followFiles } from "./followed-files.ts";

export interface ServerCertificate {
  readonly server: Server;
  /** PEM files. */
  readonly tlsCert: string;
  readonly tlsKey: string;
  /** The settings that name them, for the error's text. */
  readonly setting: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How often they are looked at; default 10 s. */
  readonly reloadMillis?: number | undefined;
}

/** Gives a server its certificate, and each later one as its files change, until disposed of. Throws FailedPrecondition as `followFiles`. */
export function followCertificate(options: ServerCertificate): Promise<AsyncDisposable> {
  const { server, tlsCert, tlsKey, setting, clock, log, reloadMillis: intervalMillis } = options;
  return followFiles({
    files: { cert: tlsCert, key: tlsKey },
    setting,
    use: (pair) => {
      // Throws for a pair that does not fit, before the server would take it.
      createSecureContext(pair);
      server.setSecureContext(pair);
    },
    clock,
    log,
    intervalMillis,
  });
}
