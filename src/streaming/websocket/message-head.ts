/** RFC 6455, 5.2: the kinds of messages that are sent here. */
export const textMessage = 1;
export const binaryMessage = 2;
export const closeMessage = 8;
export const pongMessage = 10;

/**
 * Returns what stands before a message of so many bytes from a server, which masks nothing (RFC 6455, 5.2):
 * ```
 *  1000 kind │ 0 length (7 bits), or 126 and 2 bytes, or 127 and 8 bytes
 * ```
 * The first bytes of the message may follow at once: there is room for `more` of them after the head.
 */
export function messageHead(kind: number, length: number, more: readonly number[] = []): Buffer {
  const whole = length + more.length;
  const size = whole < 126 ? 2 : whole < 65_536 ? 4 : 10;
  const head = Buffer.allocUnsafe(size + more.length);
  head[0] = 0x80 | kind;
  head[1] = size === 2 ? whole : size === 4 ? 126 : 127;
  if (size === 4) head.writeUInt16BE(whole, 2);
  if (size === 10) head.writeBigUInt64BE(BigInt(whole), 2);
  for (const [index, byte] of more.entries()) head[size + index] = byte;
  return head;
}
