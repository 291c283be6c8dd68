import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { attempt } from "../harness/command.ts";
import { uniqueName } from "./pod.ts";
import { has, runtime } from "./subject.ts";

const root = "/sys/fs/cgroup";

/** A cgroup parent of a test's own as the kubelet writes it for the endpoint's driver, and the folders that it has on this host. */
export interface CgroupParent {
  readonly path: string;
  folders(): readonly string[];
  /** Removes what the runtime made of it, which it leaves to the kubelet. */
  remove(): Promise<void>;
}

/** Returns a parent that nobody uses. To be removed once its pods are gone. */
export async function cgroupParent(): Promise<CgroupParent> {
  const slice = await usesSystemd();
  const name = uniqueName("cri-conformance");
  const path = slice ? slicePath(name) : `/${name}`;
  const candidates = [root, ...readdirSync(root).map((controller) => join(root, controller))];
  const folders = () =>
    candidates.map((base) => join(base, path)).filter((folder) => existsSync(folder));
  const removeFolders = () => {
    for (const folder of folders()) rmdirSync(folder);
  };
  return {
    path,
    folders,
    remove: async () => (slice ? await stopSlices(path) : removeFolders()),
  };
}

async function usesSystemd(): Promise<boolean> {
  if (!has("runtime-config")) return false;
  return (await runtime("RuntimeConfig", {})).linux?.cgroupDriver === "SYSTEMD";
}

/** In a slice's name each dash stands for a slice above: `a-b.slice` is `/a.slice/a-b.slice` (systemd.slice(5)). */
function slicePath(name: string): string {
  const parts = name.split("-");
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("-")}.slice`).join("");
}

/** Stops it and those above it that hold nothing else; systemd removes the folders. */
async function stopSlices(path: string): Promise<void> {
  for (let slice = path; slice !== "/"; slice = dirname(slice)) {
    const folder = join(root, slice);
    if (existsSync(folder) && holdsSlices(folder)) return;
    await attempt("systemctl", ["stop", slice.slice(slice.lastIndexOf("/") + 1)]);
  }
}

function holdsSlices(folder: string): boolean {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => entry.isDirectory());
}
