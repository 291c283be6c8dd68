/** What a manifest's bytes are. */
export type ManifestKind = "image" | "index";

/** The manifests that are understood, in the order in which registries are asked for them. */
export const manifestKinds: ReadonlyMap<string, ManifestKind> = new Map([
  ["application/vnd.oci.image.manifest.v1+json", "image"],
  ["application/vnd.oci.image.index.v1+json", "index"],
  ["application/vnd.docker.distribution.manifest.v2+json", "image"],
  ["application/vnd.docker.distribution.manifest.list.v2+json", "index"],
]);

/** How a layer's tar is packed. */
export type Compression = "none" | "gzip" | "zstd";

const ociLayer = "application/vnd.oci.image.layer.v1.tar";
const dockerLayer = "application/vnd.docker.image.rootfs.diff.tar";

/** Layers by media type; those that may not be given away ("foreign") are fetched like any other. */
export const layerCompressions: ReadonlyMap<string, Compression> = new Map([
  [ociLayer, "none"],
  [`${ociLayer}+gzip`, "gzip"],
  [`${ociLayer}+zstd`, "zstd"],
  ["application/vnd.oci.image.layer.nondistributable.v1.tar", "none"],
  ["application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", "gzip"],
  ["application/vnd.oci.image.layer.nondistributable.v1.tar+zstd", "zstd"],
  [dockerLayer, "none"],
  [`${dockerLayer}.gzip`, "gzip"],
  [`${dockerLayer}.zstd`, "zstd"],
  ["application/vnd.docker.image.rootfs.foreign.diff.tar", "none"],
  ["application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "gzip"],
]);
