/** A member of an archive; times are 1970, so that equal trees have equal digests. */
export interface TarEntry {
  /** Relative, without a leading `./`. */
  readonly path: string;
  readonly type: "file" | "folder" | "symlink" | "hardlink";
  /** Default 0644 for files, 0755 for the rest; a hard link's is applied to its target by some engines. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly content?: Uint8Array;
  readonly target?: string;
}

const typeFlags = { file: "0", hardlink: "1", symlink: "2", folder: "5" } as const;
const blockBytes = 512;

/** Returns a POSIX ustar archive of the entries, in their order. Paths and targets have at most 99 bytes. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const members = entries.flatMap((entry) => {
    const content = entry.content ?? new Uint8Array();
    return [
      header(entry, content.length),
      content,
      Buffer.alloc(-content.length & (blockBytes - 1)),
    ];
  });
  return Buffer.concat([...members, Buffer.alloc(2 * blockBytes)]);
}

/**
 * ```
 * 0 name · 100 mode · 108 uid · 116 gid · 124 size · 136 mtime · 148 checksum · 156 type · 157 link · 257 "ustar\0" "00"
 * ```
 */
function header(entry: TarEntry, sizeBytes: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, digits: number) =>
    block.write(value.toString(8).padStart(digits, "0"), at, "ascii");
  const path = entry.type === "folder" ? `${entry.path}/` : entry.path;
  for (const name of [path, entry.target ?? ""]) {
    if (Buffer.byteLength(name) > 99) throw new RangeError(`too long for ustar: ${name}`);
  }
  block.write(path, 0);
  octal(entry.mode ?? (entry.type === "file" ? 0o644 : 0o755), 100, 7);
  octal(entry.uid ?? 0, 108, 7);
  octal(entry.gid ?? 0, 116, 7);
  octal(sizeBytes, 124, 11);
  octal(0, 136, 11);
  block.fill(" ", 148, 156);
  block.write(typeFlags[entry.type], 156);
  block.write(entry.target ?? "", 157);
  block.write("ustar\u000000", 257, "ascii");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "ascii");
  return block;
}
