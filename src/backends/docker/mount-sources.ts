import { ensureFolders, statPaths } from "../../host/client-path.ts";
import type { Mount } from "../../model/mount.ts";

/**
 * Makes a folder for each bind mount whose host path is missing, as dockershim did through docker's older kind of binds; the
 * newer kind refuses. Throws as `statPaths` does: DeadlineExceeded naming a path that does not answer, before docker hangs on it.
 */
export async function ensureMountSources(
  mounts: readonly Mount[],
  signal: AbortSignal,
): Promise<void> {
  const paths = mounts.flatMap(({ image, hostPath }) => (image === undefined ? hostPath : []));
  const kinds = await statPaths(paths, signal);
  const missing = paths.filter((_, index) => kinds[index] === undefined);
  await ensureFolders(missing, signal);
}
