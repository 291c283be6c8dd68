import { createReadStream, createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { composeImages, type Images } from "../compose-images.ts";
import { loadConfig } from "../config/load-config.ts";
import { CriError } from "../model/error.ts";
import { parseReference } from "../model/image-reference.ts";
import { textOf } from "./endpoint.ts";
import { shortId, size, table } from "./table.ts";
import type { Terminal, Verb } from "./verb.ts";

interface Task {
  readonly images: Images;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

interface Action {
  /** How many arguments it takes at least and at most. */
  readonly least: number;
  readonly most: number;
  readonly run: (task: Task, args: readonly string[]) => Promise<void>;
}

const usage =
  "store [FLAGS] list | pull IMAGE | load FILE | save FILE IMAGE… | remove IMAGE | collect";

const actions: Readonly<Record<string, Action>> = {
  list: { least: 0, most: 0, run: list },
  pull: { least: 1, most: 1, run: pull },
  load: { least: 1, most: 1, run: load },
  save: { least: 2, most: 100, run: save },
  remove: { least: 1, most: 1, run: remove },
  collect: { least: 0, most: 0, run: collect },
};

/** The native engine's images, without a daemon or beside one: the store is for several processes. */
export const verb: Verb = {
  usage,
  flags: {
    config: { type: "string", placeholder: "FILE", help: "the settings" },
    root: { type: "string", placeholder: "FOLDER", help: "the state's root; the store lies in it" },
  },
  least: 1,
  most: 101,
  prepare: ({ values, positionals: [name = "", ...args] }) => {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined || args.length < action.least || args.length > action.most)
      throw new CriError("InvalidArgument", `usage: cri-ferry ${usage}`);
    const { config: _, ...flags } = values;
    const sources = { file: textOf(values, "config"), flags };
    return async (terminal) => {
      const stop = new AbortController();
      const interrupt = (): void => stop.abort(new CriError("Cancelled", "interrupted"));
      process.once("SIGINT", interrupt);
      const { signal } = stop;
      const images = await composeImages(await loadConfig(sources), signal);
      await action.run({ images, terminal, signal }, args);
      process.off("SIGINT", interrupt);
      return 0;
    };
  },
};

async function list({ images: { store }, terminal }: Task): Promise<void> {
  const rows = (await store.list()).flatMap(({ image }) =>
    [...image.repoTags, ...image.repoDigests.slice(image.repoTags.length)].map((name) => [
      name,
      shortId(image.id),
      size(image.sizeBytes),
    ]),
  );
  rows.sort(([a = ""], [b = ""]) => a.localeCompare(b));
  await terminal.out(table([["IMAGE", "ID", "SIZE"], ...rows]));
}

async function pull(
  { images, terminal, signal }: Task,
  [name = ""]: readonly string[],
): Promise<void> {
  const reference = parseReference(name);
  const auth = await images.authFor(reference);
  const { image } = await images.store.pull({ reference, auth }, signal);
  await terminal.out(`${image.id}\n`);
}

async function load(
  { images, terminal, signal }: Task,
  [file = ""]: readonly string[],
): Promise<void> {
  const input = file === "-" ? process.stdin : createReadStream(file, { highWaterMark: 256 << 10 });
  const loaded = await images.store.load(input, signal);
  for (const { image } of loaded)
    for (const name of image.repoTags) await terminal.out(`${name} ${image.id}\n`);
}

async function save(
  { images, signal }: Task,
  [file = "", ...names]: readonly string[],
): Promise<void> {
  const output =
    file === "-" ? process.stdout : createWriteStream(file, { flags: "wx", mode: 0o600 });
  await images.store.save(names, output, signal);
  if (output === process.stdout) return;
  output.end();
  await finished(output);
}

async function remove(
  { images: { store }, signal }: Task,
  [name = ""]: readonly string[],
): Promise<void> {
  const found = await store.find(name);
  if (found === undefined) throw new CriError("NotFound", `no image ${name} in the store`);
  await store.remove(found.image.id, signal);
}

async function collect({ images: { store }, terminal, signal }: Task): Promise<void> {
  await terminal.out(`${size(BigInt(await store.collect(signal)))} freed\n`);
}
