import { type CallOptions, CriClient } from "../client/cri-client.ts";
import type { FlagValues } from "../config/flags.ts";
import { type ConfigSources, loadConfig } from "../config/load-config.ts";
import { CriError } from "../model/error.ts";
import type { CliFlag, Terminal, Work } from "./verb.ts";

/** The flags of every verb that talks to an endpoint. */
export const endpointFlags = {
  endpoint: {
    type: "string",
    placeholder: "unix:///PATH",
    help: "the CRI endpoint; else the socket of the settings",
  },
  config: { type: "string", placeholder: "FILE", help: "the settings to take the socket from" },
  timeout: { type: "string", placeholder: "SECONDS", help: "how long a call may take (120)" },
  output: { type: "string", placeholder: "text|json", help: "how to print (text)" },
} satisfies Readonly<Record<string, CliFlag>>;

/** A connection, and how to use it. */
export interface Session {
  readonly client: CriClient;
  readonly options: CallOptions;
  readonly json: boolean;
  readonly terminal: Terminal;
  /** Where our own settings come from, for what lies outside the endpoint. */
  readonly settings: ConfigSources;
}

/** Reads the common flags at once, for what is wrong in them is a usage error; connects when the work begins. */
export function withEndpoint(values: FlagValues, use: (session: Session) => Promise<number>): Work {
  const timeoutMillis = secondsOf(values, "timeout", 120) * 1000;
  const json = outputOf(values) === "json";
  const settings = { file: textOf(values, "config") };
  return async (terminal) => {
    const endpoint = textOf(values, "endpoint") ?? (await loadConfig(settings)).cri.socket;
    using client = new CriClient(endpoint);
    return await use({ client, options: { timeoutMillis }, json, terminal, settings });
  };
}

/** Reads a flag that is a number of seconds, from 0 on. */
export function secondsOf(values: FlagValues, name: string, fallback: number): number {
  const value = values[name];
  if (value === undefined) return fallback;
  if (typeof value === "string" && /^\d{1,7}(\.\d{1,3})?$/.test(value)) return Number(value);
  throw new CriError("InvalidArgument", `--${name} must be a number of seconds`);
}

/** Returns a flag's text, undefined when it was not given. */
export function textOf(values: FlagValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

function outputOf(values: FlagValues): string {
  const output = textOf(values, "output") ?? "text";
  if (output === "text" || output === "json") return output;
  throw new CriError(
    "InvalidArgument",
    `--output must be text or json, not ${JSON.stringify(output)}`,
  );
}
