import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { mountOverlay, unmount } from "../../host/overlay-mount.ts";
import type { Lowers } from "../../images/image-store.ts";
import { CriError } from "../../model/error.ts";
import type { NativePlaces } from "./native-places.ts";

/** Mounts a container's root file system: the image's layers, and a folder of its own that takes what it writes. */
export async function mountRootfs(
  places: NativePlaces,
  { id, lowers }: { readonly id: string; readonly lowers: Lowers },
  signal: AbortSignal,
): Promise<void> {
  const layer = places.layer(id);
  const [upper, work, target] = [places.upper(id), join(layer, "work"), places.rootfs(id)];
  try {
    await mkdir(layer, { recursive: true, mode: 0o700 });
    for (const folder of [upper, work, target])
      await mkdir(folder, { recursive: true, mode: 0o755 });
  } catch (thrown) {
    throw CriError.from(thrown, `cannot make ${layer}`);
  }
  await mountOverlay({ root: lowers.root, lowers: lowers.paths, upper, work, target }, signal);
}

/** Unmounts and removes all of it; nothing there is no error. */
export async function removeRootfs(
  places: NativePlaces,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  await unmount(places.rootfs(id), signal);
  await rm(places.layer(id), { recursive: true, force: true });
}
