import { join } from "node:path";
import type { Config } from "./config/settings.ts";
import { systemClock } from "./host/clock.ts";
import { authFromFiles } from "./images/auth-files.ts";
import { RegistryHosts } from "./images/hosts/registry-hosts.ts";
import { ImageStore } from "./images/image-store.ts";
import { platformOfNode } from "./images/platform.ts";
import { createLog } from "./log.ts";
import type { RegistryAuth } from "./model/image.ts";
import type { ImageReference } from "./model/image-reference.ts";

/** Our own images, and the credentials of who works by hand. */
export interface Images {
  readonly store: ImageStore;
  readonly authFor: (reference: ImageReference) => Promise<RegistryAuth>;
}

/** Opens our own images where the settings say. Other processes may use them at the same time. */
export async function composeImages(
  { state, images, log }: Config,
  signal: AbortSignal,
): Promise<Images> {
  const { certDirs, registriesConf, authFiles } = images;
  const options = {
    root: join(state.root, "images"),
    hosts: new RegistryHosts({ certDirs, registriesConf }),
    platform: platformOfNode(process.arch),
    stallMillis: images.progressTimeoutSeconds * 1_000,
    maxDownloads: images.maxDownloads,
    clock: systemClock,
    log: createLog(log),
  };
  const store = await ImageStore.open(options, signal);
  return { store, authFor: (reference) => authFromFiles(authFiles, reference) };
}
