import { CriError, messageOf } from "../../model/error.ts";

const maxLineBytes = 1 << 20;

/** Reads JSON values, one a line, as they come; a line may be cut anywhere. Throws Internal for a line that is none or has no end. */
export async function* readJsonLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<unknown, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf("\n") + 1;
    rest = bytes.subarray(end);
    if (rest.length > maxLineBytes) throw new CriError("Internal", "docker sent an endless line");
    yield* parseLines(bytes.toString("utf8", 0, end));
  }
  yield* parseLines(rest.toString("utf8"));
}

function* parseLines(text: string): Generator<unknown, void> {
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    try {
      yield JSON.parse(line);
    } catch (thrown) {
      throw new CriError("Internal", `docker sent a line that is no JSON: ${messageOf(thrown)}`, {
        cause: thrown,
      });
    }
  }
}
