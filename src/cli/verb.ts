import type { Readable } from "node:stream";
import type { ParseArgsOptionDescriptor } from "node:util";
import type { ParsedFlags } from "../config/flags.ts";
import type { Config } from "../config/settings.ts";
import type { TerminalSize } from "../model/streaming.ts";

/** A flag of a verb. */
export interface CliFlag extends ParseArgsOptionDescriptor {
  /** What stands for its value in the help; absent for a flag without one. */
  readonly placeholder?: string;
  readonly help: string;
}

/** Where a verb writes and reads. Each promise of a write settles when the text is handed over, so that nothing piles up. */
export interface Terminal {
  out(text: string | Uint8Array): Promise<void>;
  err(text: string | Uint8Array): Promise<void>;
  /** What is typed or piped in; for who asks only, since it keeps the program alive while it is read. */
  input(): TerminalInput;
  /** Resolves when the user wants an end (^C), which then ends nothing by itself any more. */
  interrupted(): Promise<void>;
}

export interface TerminalInput {
  readonly stream: Readable;
  /** undefined: it is no terminal. */
  readonly screen: Screen | undefined;
}

/** The terminal that a user sits at. */
export interface Screen {
  /** undefined where the output goes elsewhere. */
  size(): TerminalSize | undefined;
  /** Calls back at each change of its size, until disposed of. */
  onResize(changed: () => void): Disposable;
  /** Passes every key on as it is, ^C too, until disposed of. */
  raw(): Disposable;
}

/** What the entry point hands in: this room may not import the daemon. */
export interface Program {
  readonly version: string;
  readonly serve: (config: Config) => Promise<void>;
}

/** A verb's work: resolves to the exit code; what it throws ends with code 1. */
export type Work = (terminal: Terminal, program: Program) => Promise<number>;

/** One word of the command line. */
export interface Verb {
  /** The line after `cri-ferry`, as `exec CONTAINER -- COMMAND…`. */
  readonly usage: string;
  readonly flags: Readonly<Record<string, CliFlag>>;
  /** How many arguments it takes beside flags. */
  readonly least: number;
  readonly most: number;
  /** Checks flags and arguments; what it throws is a usage error. */
  readonly prepare: (parsed: ParsedFlags) => Work;
}

/** What the overview knows of a verb before it is loaded. */
export interface VerbEntry {
  readonly summary: string;
  readonly load: () => Promise<Verb>;
}
