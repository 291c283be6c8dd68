import {
  blockBytes,
  malformed,
  paddingAfter,
  parsePax,
  parseTarHeader,
  type TarHeader,
} from "./tar-header.ts";

/** A member of an archive, with what its extended headers say. */
export interface TarMember {
  /** As written: absolute, with `..`, with any byte. */
  readonly path: string;
  /** See TarHeader. */
  readonly type: string;
  readonly linkPath: string;
  readonly sizeBytes: number;
  /** Its header as it stood in the archive, extended ones before it. */
  readonly blocks: readonly Buffer[];
}

/** What an archive consists of: a member, then its data in pieces with the padding after it. */
export type TarPiece =
  | { readonly kind: "member"; readonly member: TarMember }
  | { readonly kind: "data"; readonly bytes: Buffer }
  | { readonly kind: "padding"; readonly bytes: Buffer }
  | { readonly kind: "end"; readonly block: Buffer };

/** Pax headers and long names: Linux takes paths of 4 KiB and extended attributes of 64 KiB. */
const maxExtensionBytes = 1 << 20;
const knownTypes = "0123456";

/** What stands before a member and says more of it than its header has room for. */
interface Extensions {
  readonly blocks: Buffer[];
  bytes: number;
  path: string | undefined;
  linkPath: string | undefined;
  sizeBytes: number | undefined;
}

/** Takes a tar in pieces of any size (ustar, pax, GNU's long names) and holds no more than a header of it. */
export class TarParser {
  #partial = Buffer.alloc(0);
  #dataLeft = 0;
  #paddingLeft = 0;
  #extension: { readonly header: TarHeader; readonly chunks: Buffer[] } | undefined;
  #extensions = noExtensions();
  #hasEnded = false;

  /** Whether the blocks of zeros have come that end an archive. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Takes the next bytes; returns what they make known. Throws InvalidArgument for what is no tar. */
  push(chunk: Buffer): readonly TarPiece[] {
    const pieces: TarPiece[] = [];
    for (let at = 0; at < chunk.length; ) {
      const wanted = this.#dataLeft || this.#paddingLeft || blockBytes - this.#partial.length;
      const bytes = chunk.subarray(at, at + wanted);
      at += bytes.length;
      if (this.#dataLeft > 0) this.#data(bytes, pieces);
      else if (this.#paddingLeft > 0) this.#padding(bytes, pieces);
      else this.#block(bytes, pieces);
    }
    return pieces;
  }

  /** Throws InvalidArgument when the archive ends in the middle of a member. */
  finish(): void {
    if (this.#dataLeft + this.#paddingLeft + this.#partial.length > 0 || this.#extensions.bytes > 0)
      throw malformed("it ends in mid-member");
  }

  #data(bytes: Buffer, pieces: TarPiece[]): void {
    this.#dataLeft -= bytes.length;
    if (this.#extension === undefined) pieces.push({ kind: "data", bytes });
    else this.#extension.chunks.push(Buffer.from(bytes));
    if (this.#dataLeft === 0 && this.#paddingLeft === 0) this.#endExtension();
  }

  #padding(bytes: Buffer, pieces: TarPiece[]): void {
    this.#paddingLeft -= bytes.length;
    if (this.#extension === undefined) pieces.push({ kind: "padding", bytes });
    else this.#extension.chunks.push(Buffer.from(bytes));
    if (this.#paddingLeft === 0) this.#endExtension();
  }

  #block(bytes: Buffer, pieces: TarPiece[]): void {
    this.#partial = Buffer.concat([this.#partial, bytes]);
    if (this.#partial.length < blockBytes) return;
    const block = this.#partial;
    this.#partial = Buffer.alloc(0);
    // After the first block of zeros nothing counts.
    const header = this.#hasEnded ? undefined : parseTarHeader(block);
    if (header === undefined) {
      this.#hasEnded = true;
      pieces.push({ kind: "end", block });
    } else if (["x", "g", "L", "K"].includes(header.type)) {
      this.#beginExtension(header, block);
    } else {
      pieces.push({ kind: "member", member: this.#member(header, block) });
    }
  }

  #beginExtension(header: TarHeader, block: Buffer): void {
    this.#extensions.bytes += blockBytes + header.sizeBytes;
    if (this.#extensions.bytes > maxExtensionBytes)
      throw malformed("a member's header is too long");
    if (header.type !== "g") this.#extensions.blocks.push(block);
    this.#expect(header.sizeBytes);
    this.#extension = { header, chunks: [] };
    if (header.sizeBytes === 0) this.#endExtension();
  }

  #endExtension(): void {
    if (this.#extension === undefined) return;
    const { header, chunks } = this.#extension;
    this.#extension = undefined;
    const padded = Buffer.concat(chunks);
    const bytes = padded.subarray(0, header.sizeBytes);
    if (header.type === "g") {
      // What is said for all members to come would need to be remembered; packers put nothing but remarks there.
      refuseGlobal(parsePax(bytes));
      this.#extensions.bytes -= blockBytes + header.sizeBytes;
      return;
    }
    this.#extensions.blocks.push(padded);
    if (header.type === "L") this.#extensions.path = textOf(bytes);
    else if (header.type === "K") this.#extensions.linkPath = textOf(bytes);
    else applyPax(this.#extensions, parsePax(bytes));
  }

  #member(header: TarHeader, block: Buffer): TarMember {
    const { blocks, ...said } = this.#extensions;
    this.#extensions = noExtensions();
    const path = said.path ?? header.path;
    if (!knownTypes.includes(header.type))
      throw malformed(`${JSON.stringify(path)} is of the unknown type ${header.type}`);
    const sizeBytes = said.sizeBytes ?? header.sizeBytes;
    // Readers do not agree on whether the data of such a member is there: one would take it for the next header.
    if (header.type !== "0" && sizeBytes > 0)
      throw malformed(`${JSON.stringify(path)} has data but is no file`);
    this.#expect(sizeBytes);
    const linkPath = said.linkPath ?? header.linkPath;
    return { path, type: header.type, linkPath, sizeBytes, blocks: [...blocks, block] };
  }

  #expect(sizeBytes: number): void {
    this.#dataLeft = sizeBytes;
    this.#paddingLeft = paddingAfter(sizeBytes);
  }
}

function noExtensions(): Extensions {
  return { blocks: [], bytes: 0, path: undefined, linkPath: undefined, sizeBytes: undefined };
}

function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
}

function applyPax(extensions: Extensions, records: ReadonlyMap<string, string>): void {
  const path = records.get("GNU.sparse.name") ?? records.get("path");
  extensions.path = path ?? extensions.path;
  extensions.linkPath = records.get("linkpath") ?? extensions.linkPath;
  const size = records.get("size");
  if (size === undefined) return;
  if (!/^\d{1,15}$/.test(size)) throw malformed(`a size of ${JSON.stringify(size)}`);
  extensions.sizeBytes = Number(size);
}

function refuseGlobal(records: ReadonlyMap<string, string>): void {
  const bad = ["path", "linkpath", "size"].find((key) => records.has(key));
  if (bad !== undefined) throw malformed(`a global header with ${bad}`);
}
