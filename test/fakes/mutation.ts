/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = (below: number) => number;

/** Returns the bytes with one to four changes: bits, bytes, lengths; parts that are gone, there twice or elsewhere. */
export function mutated(bytes: Buffer, random: Random): Buffer {
  let result = Buffer.from(bytes);
  for (let left = 1 + random(4); left > 0; left -= 1) {
    const mutate = mutations[random(mutations.length)];
    if (mutate !== undefined && result.length > 0) result = mutate(result, random);
  }
  return result;
}

const extremes = [0, 1, 0x7f, 0x80, 0xfe, 0xff];

const mutations: readonly ((bytes: Buffer, random: Random) => Buffer<ArrayBuffer>)[] = [
  (bytes, random) => withByte(bytes, random(bytes.length), (old) => old ^ (1 << random(8))),
  (bytes, random) => withByte(bytes, random(bytes.length), () => random(256)),
  (bytes, random) => withByte(bytes, random(bytes.length), () => extremes[random(6)] ?? 0),
  (bytes, random) => Buffer.from(bytes.subarray(0, random(bytes.length))),
  (bytes, random) => {
    const at = random(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random(20))]);
  },
  (bytes, random) => {
    const at = random(bytes.length);
    const part = bytes.subarray(at, at + random(40));
    const to = random(bytes.length);
    return Buffer.concat([bytes.subarray(0, to), part, bytes.subarray(to)]);
  },
];

function withByte(bytes: Buffer, at: number, change: (old: number) => number): Buffer<ArrayBuffer> {
  const result = Buffer.from(bytes);
  result[at] = change(result[at] ?? 0);
  return result;
}

/** Cuts bytes into pieces of random lengths. */
export function pieces(bytes: Buffer, random: Random): readonly Buffer[] {
  const cut: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + random(60);
    cut.push(bytes.subarray(at, end));
    at = end;
  }
  return cut;
}
