/** The part of state/ that remembers names over a crash. */
export interface IntentFiles {
  load(): Promise<ReadonlySet<string>>;
  begin(name: string): Promise<void>;
  end(name: string): Promise<void>;
}

/**
 * Names whose creation began and did not end well, by this process or by one that was killed. An engine's object of such a name
 * was never handed to a client: it is removed, not shown.
 */
export class Leftovers {
  readonly #files: IntentFiles;
  readonly #names = new Set<string>();

  constructor(files: IntentFiles) {
    this.#files = files;
  }

  /** Reads what a killed process left. */
  async load(): Promise<void> {
    for (const name of await this.#files.load()) this.#names.add(name);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  names(): readonly string[] {
    return [...this.#names];
  }

  /** Runs a creation: until it has ended well, its name is a leftover. */
  async guard<T>(name: string, create: () => Promise<T>): Promise<T> {
    await this.#files.begin(name);
    this.#names.add(name);
    const made = await create();
    await this.clear(name);
    return made;
  }

  /** The name is clean: nothing of it is left in the engine, or what is there is recorded. */
  async clear(name: string): Promise<void> {
    this.#names.delete(name);
    await this.#files.end(name);
  }
}
