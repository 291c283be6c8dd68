import { malformed } from "./tar-header.ts";

/** What a layer's member is for. */
export type LayerMember =
  | { readonly kind: "entry"; readonly path: string }
  /** Something below is not there any more. */
  | { readonly kind: "whiteout"; readonly path: string }
  /** Nothing that lower layers have in this folder is there any more. */
  | { readonly kind: "opaque"; readonly path: string }
  /** Book-keeping of the program that made the layer. */
  | { readonly kind: "ignored" };

const whiteoutPrefix = ".wh.";
const opaqueName = ".wh..wh..opq";
const metaPrefix = ".wh..wh.";

/**
 * Returns a path relative to the layer's root, `""` for the root itself. Throws InvalidArgument for one that leaves the layer; where
 * symlinks lead is the extraction's concern.
 */
export function layerPath(raw: string): string {
  const parts = raw.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw malformed(`${JSON.stringify(raw)} leads out of the layer`);
  if (raw.includes("\0")) throw malformed(`${JSON.stringify(raw)} is no path`);
  return parts.join("/");
}

/** Tells whiteouts from what they stand beside (OCI image-spec, layer.md, "Whiteouts"). Throws as layerPath. */
export function layerMember(raw: string): LayerMember {
  const path = layerPath(raw);
  // A folder of such a name holds nothing but book-keeping.
  if (
    path
      .split("/")
      .slice(0, -1)
      .some((part) => part.startsWith(metaPrefix))
  )
    return { kind: "ignored" };
  const slash = path.lastIndexOf("/") + 1;
  const [folder, name] = [path.slice(0, slash), path.slice(slash)];
  if (!name.startsWith(whiteoutPrefix)) return { kind: "entry", path };
  if (name === opaqueName) return { kind: "opaque", path: folder.slice(0, -1) };
  if (name.startsWith(metaPrefix)) return { kind: "ignored" };
  const hidden = name.slice(whiteoutPrefix.length);
  if (hidden === "" || hidden === "." || hidden === "..")
    throw malformed(`${JSON.stringify(raw)} hides nothing that can have a name`);
  return { kind: "whiteout", path: folder + hidden };
}
