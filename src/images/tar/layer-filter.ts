import { Transform, type TransformCallback } from "node:stream";
import { CriError } from "../../model/error.ts";
import { layerMember, layerPath } from "./layer-path.ts";
import { blockBytes, malformed } from "./tar-header.ts";
import { type TarMember, TarParser } from "./tar-parser.ts";

/** What a layer takes away from those below it; paths relative to the root. */
export interface Whiteouts {
  readonly hidden: readonly string[];
  readonly opaque: readonly string[];
}

/** A layer that deletes a million files has some 60 MiB of names. */
const maxWhiteoutBytes = 64 << 20;

/**
 * Passes a layer's tar on without its whiteouts, which it collects, and without what packers put beside the files. Fails with
 * InvalidArgument at the first member that is malformed or leads out of the layer. Holds no more than one member's header.
 */
export class LayerFilter extends Transform {
  readonly #parser = new TarParser();
  readonly #hidden: string[] = [];
  readonly #opaque: string[] = [];
  #whiteoutBytes = 0;
  #isKept = false;
  #sizeBytes = 0;
  #members = 0;

  constructor() {
    super({ highWaterMark: 256 << 10 });
  }

  /** What was collected; whole when the stream has ended. */
  get whiteouts(): Whiteouts {
    return { hidden: this.#hidden, opaque: this.#opaque };
  }

  /** Of all files that were passed on, together. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** How many members were passed on. */
  get members(): number {
    return this.#members;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      for (const piece of this.#parser.push(chunk)) {
        if (piece.kind === "member") this.#member(piece.member);
        else if (piece.kind === "end") this.push(piece.block);
        else if (this.#isKept) this.push(piece.bytes);
      }
      done();
    } catch (thrown) {
      done(CriError.from(thrown, "layer"));
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      this.#parser.finish();
      // Packers may leave the end's blocks of zeros out; tar wants them.
      if (!this.#parser.hasEnded) this.push(Buffer.alloc(2 * blockBytes));
      done();
    } catch (thrown) {
      done(CriError.from(thrown, "layer"));
    }
  }

  #member(member: TarMember): void {
    const what = layerMember(member.path);
    if (member.type === "1") layerPath(member.linkPath);
    this.#isKept = what.kind === "entry";
    if (this.#isKept) {
      for (const block of member.blocks) this.push(block);
      this.#sizeBytes += member.sizeBytes;
      this.#members += 1;
    }
    if (what.kind === "whiteout") this.#note(this.#hidden, what.path);
    if (what.kind === "opaque") this.#note(this.#opaque, what.path);
  }

  #note(list: string[], path: string): void {
    this.#whiteoutBytes += path.length + 1;
    if (this.#whiteoutBytes > maxWhiteoutBytes) throw malformed("it deletes too many files");
    list.push(path);
  }
}
