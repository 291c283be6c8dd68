import { blockBytes } from "./tar-header.ts";

/** What a member's header says; what is left out is 0. */
export interface TarFields {
  /** At most 99 bytes; a longer one is cut and must stand in a pax header before. */
  readonly path: string;
  /** One character, see TarHeader. */
  readonly type: string;
  readonly sizeBytes: number;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly modifiedAtSeconds?: number;
}

/** Returns a pax header's record, `LENGTH KEY=VALUE\n`: the length counts its own digits. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  const digits = String(bytes + String(bytes).length).length;
  return `${bytes + digits}${rest}`;
}

/** Returns a ustar header of one block. */
export function tarHeader(fields: TarFields): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(Buffer.from(fields.path).subarray(0, 99).toString("latin1"), 0, "latin1");
  octal(block, { at: 100, digits: 7, value: fields.mode ?? 0 });
  octal(block, { at: 108, digits: 7, value: fields.uid ?? 0 });
  octal(block, { at: 116, digits: 7, value: fields.gid ?? 0 });
  octal(block, { at: 124, digits: 11, value: fields.sizeBytes });
  octal(block, { at: 136, digits: 11, value: Math.max(0, fields.modifiedAtSeconds ?? 0) });
  block.write(`${" ".repeat(8)}${fields.type}`, 148, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  octal(block, { at: 329, digits: 7, value: 0 });
  octal(block, { at: 337, digits: 7, value: 0 });
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** Beyond the octal digits a binary number, marked by its first bit (GNU): uids of user namespaces have more than 21 bits. */
function octal(
  block: Buffer,
  { at, digits, value }: { readonly at: number; readonly digits: number; readonly value: number },
): void {
  const text = value.toString(8);
  if (text.length <= digits) {
    block.write(text.padStart(digits, "0"), at, "latin1");
    return;
  }
  block[at] = 0x80;
  block.writeUIntBE(value, at + digits + 1 - 6, 6);
}
