import type { Descriptor, ImageIndex, Platform } from "./manifest.ts";

/** Node's name of an architecture → Go's, as images are labelled. */
const architectures: Readonly<Record<string, Omit<Platform, "os">>> = {
  x64: { architecture: "amd64", variant: "" },
  arm64: { architecture: "arm64", variant: "v8" },
  arm: { architecture: "arm", variant: "v7" },
  ppc64: { architecture: "ppc64le", variant: "" },
  s390x: { architecture: "s390x", variant: "" },
  riscv64: { architecture: "riscv64", variant: "" },
};

/** Returns what this node runs, by Node's name of its architecture. */
export function platformOfNode(arch: string): Platform {
  return { os: "linux", ...(architectures[arch] ?? { architecture: arch, variant: "" }) };
}

/**
 * Returns the image of an index that a platform runs: the exact variant, else the newest that it can run, else the first that
 * tells no variant; undefined when there is none. Entries of no platform, as attestations are, are passed over.
 */
export function choosePlatform(index: ImageIndex, wanted: Platform): Descriptor | undefined {
  const fitting = index.manifests.filter(
    ({ platform }) => platform?.os === wanted.os && platform.architecture === wanted.architecture,
  );
  const variants = runnable(wanted);
  const rank = ({ platform }: Descriptor): number => {
    const at = variants.indexOf(platform?.variant ?? "");
    return at < 0 ? Number.POSITIVE_INFINITY : at;
  };
  return fitting
    .filter((entry) => Number.isFinite(rank(entry)))
    .toSorted((a, b) => rank(a) - rank(b))[0];
}

/** The variants that a machine runs, the best first; an image without one is for the oldest. */
function runnable({ architecture, variant }: Platform): readonly string[] {
  if (architecture === "arm")
    return ["v7", "v6", "v5"].slice(["v7", "v6", "v5"].indexOf(variant)).concat("");
  if (architecture === "arm64") return ["v8", ""];
  return variant === "" ? ["", "v1"] : [variant, ""];
}
