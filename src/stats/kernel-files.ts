import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { errnoOf } from "../model/error.ts";

/** memory.stat has some 2 KiB. Shared by all reads: none of them waits. */
const buffer = Buffer.alloc(16 << 10);

/** In place of a file descriptor: this kernel has no such file. */
const absent = -1;

/** ENODEV: the cgroup was removed. EOPNOTSUPP: pressure files while PSI is switched off. */
const notThere: ReadonlySet<string> = new Set(["ENOENT", "ENODEV", "EOPNOTSUPP"]);

/** No more of this process's descriptors are to be had. */
const exhausted: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);

/** A folder that nobody has read for so long makes room for others; it is that of a container that has ended, as a rule. */
const idleMillis = 60_000;
/** How often to look for such folders while all is full. */
const lookMillis = 1_000;

interface Folder {
  readonly files: Map<string, number>;
  readAtMillis: number;
}

/**
 * Files of cgroups, which the kernel makes up anew whenever they are read from their beginning (kernfs). They stay open, since
 * finding and opening one takes ten times as long as reading it; read at once, since a trip to the thread pool takes longer still.
 *
 * For files with one record, as all of a cgroup's are but `cgroup.procs`, `tasks` and `cgroup.threads`: those list processes
 * as they were when v1 made the list, and end at a page.
 */
export class KernelFiles implements Disposable {
  readonly #maxOpen: number;
  readonly #nowMillis: () => number;
  readonly #folders = new Map<string, Folder>();
  #open = 0;
  #lookedAtMillis = Number.NEGATIVE_INFINITY;

  /** Takes how many files may stay open; the others are opened for each read. */
  constructor(maxOpen: number, nowMillis: () => number = () => performance.now()) {
    this.#maxOpen = maxOpen;
    this.#nowMillis = nowMillis;
  }

  /**
   * Returns the content of a file; undefined when the kernel has no such file or the cgroup is gone. That there is none is
   * remembered until the folder is forgotten. Throws what the file system throws else.
   */
  text(folder: string, name: string): string | undefined {
    const known = this.#touch(folder)?.files.get(name);
    if (known === absent) return undefined;
    if (known !== undefined) {
      const text = readIfThere(known, folder, name);
      if (text !== undefined) return text;
      // Perhaps there is another folder of that name.
      this.#close(folder, name);
    }
    const fd = this.#openIfThere(folder, name);
    if (fd === undefined) {
      this.#keep(folder, name, absent);
      return undefined;
    }
    if (this.#hasRoom()) {
      this.#keep(folder, name, fd);
      return readIfThere(fd, folder, name);
    }
    try {
      return readIfThere(fd, folder, name);
    } finally {
      closeSync(fd);
    }
  }

  /** Returns the number that a file consists of; undefined for `max`, for no file and when the cgroup is gone. */
  number(folder: string, name: string): bigint | undefined {
    return wholeNumber(this.text(folder, name) ?? "");
  }

  /** Closes what is open of a folder: to be called when its cgroup is gone or nobody asks for it any more. */
  forget(folder: string): void {
    for (const name of this.#folders.get(folder)?.files.keys() ?? []) this.#close(folder, name);
    this.#folders.delete(folder);
  }

  /** Closes everything; whatever is read later is opened again. */
  [Symbol.dispose](): void {
    for (const folder of this.#folders.keys()) this.forget(folder);
  }

  #touch(folder: string): Folder | undefined {
    const known = this.#folders.get(folder);
    if (known !== undefined) known.readAtMillis = this.#nowMillis();
    return known;
  }

  #hasRoom(): boolean {
    const now = this.#nowMillis();
    if (this.#open >= this.#maxOpen && now - this.#lookedAtMillis >= lookMillis) {
      this.#lookedAtMillis = now;
      for (const [folder, { readAtMillis }] of this.#folders)
        if (now - readAtMillis >= idleMillis) this.forget(folder);
    }
    return this.#open < this.#maxOpen;
  }

  #keep(folder: string, name: string, fd: number): void {
    const known = this.#folders.get(folder) ?? { files: new Map(), readAtMillis: 0 };
    known.readAtMillis = this.#nowMillis();
    known.files.set(name, fd);
    this.#folders.set(folder, known);
    if (fd !== absent) this.#open += 1;
  }

  #close(folder: string, name: string): void {
    const files = this.#folders.get(folder)?.files;
    const fd = files?.get(name) ?? absent;
    files?.delete(name);
    if (fd === absent) return;
    this.#open -= 1;
    closeSync(fd);
  }

  /** When descriptors have run out, those that are kept here for speed alone go first. */
  #openIfThere(folder: string, name: string): number | undefined {
    try {
      return openIfThere(`${folder}/${name}`);
    } catch (thrown) {
      if (this.#open === 0 || !exhausted.has(errnoOf(thrown) ?? "")) throw thrown;
      this[Symbol.dispose]();
      return openIfThere(`${folder}/${name}`);
    }
  }
}

/** Returns the value of one key of a flat-keyed file (`key value` a line); undefined when it is not there. */
export function flatValue(text: string, key: string): bigint | undefined {
  const start = text.startsWith(`${key} `) ? 0 : text.indexOf(`\n${key} `) + 1;
  if (start === 0 && !text.startsWith(`${key} `)) return undefined;
  const end = text.indexOf("\n", start);
  return wholeNumber(text.slice(start + key.length + 1, end < 0 ? undefined : end));
}

function wholeNumber(text: string): bigint | undefined {
  const digits = text.trim();
  return /^\d+$/.test(digits) ? BigInt(digits) : undefined;
}

function openIfThere(path: string): number | undefined {
  return ifThere(() => openSync(path, "r"));
}

/** The kernel hands such a file out in one read if it fits. */
function readIfThere(fd: number, folder: string, name: string): string | undefined {
  return ifThere(() => {
    const length = readSync(fd, buffer, 0, buffer.length, 0);
    return length < buffer.length
      ? buffer.toString("latin1", 0, length)
      : readFileSync(`${folder}/${name}`, "latin1");
  });
}

function ifThere<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (thrown) {
    if (notThere.has(errnoOf(thrown) ?? "")) return undefined;
    throw thrown;
  }
}
