import { CriError } from "../model/error.ts";
import type { EngineName } from "../model/ids.ts";

/** The part of state/ that remembers which engines were ever read. */
export interface KnownEngineFiles {
  load(): Promise<readonly { readonly id: string }[]>;
  put(value: { readonly id: string }, durable: boolean): Promise<void>;
}

/**
 * Which engines were read completely at least once in this root's life. Until then lists are errors: an empty one would make the
 * kubelet start every pod again; afterwards our own records answer even while the engine does not.
 */
export class KnownEngines {
  readonly #files: KnownEngineFiles;
  readonly #known = new Set<string>();
  readonly #read = new Set<string>();

  constructor(files: KnownEngineFiles) {
    this.#files = files;
  }

  async load(): Promise<void> {
    for (const { id } of await this.#files.load()) this.#known.add(id);
  }

  /** Notes that an engine was read; true the first time in this life. */
  async mark(engine: EngineName): Promise<boolean> {
    const isFirst = !this.#read.has(engine);
    this.#read.add(engine);
    await this.#remember(engine);
    return isFirst;
  }

  /** Whether an engine was read, in this life or an earlier one. */
  has(engine: EngineName): boolean {
    return this.#known.has(engine);
  }

  /** Whether each of these was read in this life. */
  haveRead(engines: readonly { readonly name: EngineName }[]): boolean {
    return engines.every(({ name }) => this.#read.has(name));
  }

  async #remember(engine: EngineName): Promise<void> {
    if (this.#known.has(engine)) return;
    this.#known.add(engine);
    await this.#files.put({ id: engine }, true);
  }

  /** Throws CriError, Unavailable when one of these was never read. */
  require(
    engines: readonly { readonly name: EngineName; condition(): { readonly message: string } }[],
  ): void {
    const unknown = engines.find(({ name }) => !this.#known.has(name));
    if (unknown === undefined) return;
    const why = unknown.condition().message;
    throw new CriError(
      "Unavailable",
      `what engine "${unknown.name}" runs was never read yet${why === "" ? "" : `: ${why}`}`,
    );
  }
}
