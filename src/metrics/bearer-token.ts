import { createHash, timingSafeEqual } from "node:crypto";

/** The token that clients have to send; kept as a digest, so that it stands in no heap snapshot. */
export class BearerToken {
  #digest: Buffer | undefined;

  /** Takes the text of the token's file into use. Throws, without the text, when that is not one word. */
  use(text: string): void {
    const token = text.trim();
    if (!/^[\x21-\x7e]+$/.test(token)) throw new Error("the file must hold one word, the token");
    this.#digest = digestOf(token);
  }

  /** Whether a header Authorization holds the token; takes the same time whatever it holds. */
  isIn(authorization: string | undefined): boolean {
    const [, token = ""] = /^bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
    return this.#digest !== undefined && timingSafeEqual(digestOf(token), this.#digest);
  }
}

/** Of one length for every token, which a comparison in constant time needs. */
function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
