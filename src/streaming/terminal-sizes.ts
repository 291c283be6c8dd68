import type { TerminalSize } from "../model/streaming.ts";

/** A size has 30 bytes; what does not become one by then is none. */
const maxTextLength = 1024;
const maxSide = 2 ** 16 - 1;

/** The sizes that a client sends as JSON, one after the other: `{"Width":80,"Height":24}`. A slow reader gets the newest only. */
export class TerminalSizes implements AsyncIterable<TerminalSize> {
  #text = "";
  #newest: TerminalSize | undefined;
  #ended = false;
  #news = Promise.withResolvers<void>();

  /** Takes what the client sent; what is no size is passed over. */
  push(text: string): void {
    this.#text += text;
    const objects = this.#text.match(/\{[^{}]*\}/g) ?? [];
    this.#text = this.#text.slice(this.#text.lastIndexOf("}") + 1);
    if (this.#text.length > maxTextLength) this.#text = "";
    const size = objects.map(sizeIn).findLast((found) => found !== undefined);
    if (size === undefined) return;
    this.#newest = size;
    this.#tell();
  }

  end(): void {
    this.#ended = true;
    this.#tell();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TerminalSize, void> {
    for (;;) {
      const size = this.#newest;
      this.#newest = undefined;
      if (size !== undefined) yield size;
      else if (this.#ended) return;
      else await this.#news.promise;
    }
  }
}

function sizeIn(json: string): TerminalSize | undefined {
  try {
    const { Width, Height, width = Width, height = Height } = JSON.parse(json) as JsonSize;
    return isSide(width) && isSide(height) ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}

type JsonSize = Readonly<Record<"Width" | "Height" | "width" | "height", unknown>>;

function isSide(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= maxSide;
}
