import { readFile } from "node:fs/promises";
import { CriError, errnoOf } from "../model/error.ts";
import type { RegistryAuth } from "../model/image.ts";
import { type ImageReference, referenceName } from "../model/image-reference.ts";
import { objectIn, parseObject, textIn } from "./json-value.ts";

/** Docker's key of its own registry, from its first version. */
const dockerKeys = ["docker.io", "https://index.docker.io/v1/", "index.docker.io"];

/**
 * Returns what a user's files say of a registry: containers' `auth.json` or docker's `config.json`, which have one form. The first
 * file with an entry counts, and in it the entry of the longest path: `quay.io/team` before `quay.io`. Programs that keep
 * passwords (credHelpers) are not asked. Throws InvalidArgument for a malformed file.
 */
export async function authFromFiles(
  files: readonly string[],
  reference: ImageReference,
): Promise<RegistryAuth> {
  for (const file of files) {
    const auth = await authFrom(file, reference);
    if (auth !== undefined) return auth;
  }
  return { type: "anonymous" };
}

async function authFrom(
  file: string,
  reference: ImageReference,
): Promise<RegistryAuth | undefined> {
  const bytes = await readFile(file).catch((thrown: unknown) => {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(thrown) ?? "")) return undefined;
    throw CriError.from(thrown, `cannot read ${file}`);
  });
  if (bytes === undefined) return undefined;
  const auths = objectIn(parseObject(bytes, file)["auths"] ?? {}, `${file}: auths`);
  const key = keysOf(reference).find((candidate) => Object.hasOwn(auths, candidate));
  if (key === undefined) return undefined;
  const entry = objectIn(auths[key], `${file}: auths."${key}"`);
  const identityToken = textIn(entry["identitytoken"], `${file}: identitytoken`);
  const serverAddress = reference.domain;
  if (identityToken !== "") return { type: "identityToken", identityToken, serverAddress };
  const pair = Buffer.from(textIn(entry["auth"], `${file}: auth`), "base64").toString();
  const colon = pair.indexOf(":");
  // An empty entry says that a credential helper knows.
  if (colon < 0) return undefined;
  const password = pair.slice(colon + 1).replace(/\0+$/, "");
  return { type: "basic", username: pair.slice(0, colon), password, serverAddress };
}

/** The keys that may stand for a reference, the most special first. */
function keysOf(reference: ImageReference): readonly string[] {
  const parts = referenceName(reference).split("/");
  const paths = parts.map((_, at) => parts.slice(0, parts.length - at).join("/"));
  const { domain } = reference;
  const urls = [`https://${domain}`, `https://${domain}/v1/`, `https://${domain}/v2/`];
  return [...paths, ...urls, ...(domain === "docker.io" ? dockerKeys : [])];
}
