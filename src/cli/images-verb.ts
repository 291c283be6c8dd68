import { endpointFlags, type Session, withEndpoint } from "./endpoint.ts";
import { shortId, size, table } from "./table.ts";
import type { Verb } from "./verb.ts";

/** Lists images by their names. */
export const verb: Verb = {
  usage: "images [FLAGS]",
  flags: endpointFlags,
  least: 0,
  most: 0,
  prepare: ({ values }) => withEndpoint(values, list),
};

async function list({ client, options, json, terminal }: Session): Promise<number> {
  const { images } = await client.image("ListImages", {}, options);
  const named = images.flatMap((image) => {
    const names = image.repoTags.length > 0 ? image.repoTags : image.repoDigests;
    return (names.length > 0 ? names : ["<none>"]).map((name) => ({ name, image }));
  });
  const rows = named
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ name, image }) => [name, shortId(image.id), size(BigInt(image.size))]);
  const text = json
    ? `${JSON.stringify(images, undefined, 2)}\n`
    : table([["IMAGE", "ID", "SIZE"], ...rows]);
  await terminal.out(text);
  return 0;
}
