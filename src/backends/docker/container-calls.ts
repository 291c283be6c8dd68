import type {
  DockerContainerInspect,
  DockerContainerListEntry,
  DockerCreate,
  DockerInfo,
  DockerUpdateBody,
} from "../../translate/docker/api.ts";
import { typeLabel } from "../../translate/docker/labels.ts";
import type { DockerApi } from "./client.ts";
import { isConflict, isNotFound } from "./errors.ts";

/** dockerd may copy an image's volumes or wait for a busy disk in these. */
const slowMillis = 120_000;

/** `GET /info`. */
export async function readInfo(api: DockerApi, signal: AbortSignal): Promise<DockerInfo> {
  return (await api.call({ method: "GET", path: "/info" }, signal)) as DockerInfo;
}

/** Makes a container and returns its id. Throws with `isConflict` when the name is taken, `isNotFound` for the image. */
export async function createContainer(
  api: DockerApi,
  create: DockerCreate,
  signal: AbortSignal,
): Promise<string> {
  const answer = (await api.call(
    {
      method: "POST",
      path: "/containers/create",
      query: create.name === "" ? {} : { name: create.name },
      body: create.body,
      timeoutMillis: slowMillis,
    },
    signal,
  )) as { readonly Id: string };
  return answer.Id;
}

/** Starts a container; one that runs already is a success. */
export async function startContainer(
  api: DockerApi,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const path = `/containers/${id}/start`;
  await api.call({ method: "POST", path, timeoutMillis: slowMillis }, signal);
}

/** Reads a container by id or name. Throws with `isNotFound` when there is none. */
export async function inspectContainer(
  api: DockerApi,
  idOrName: string,
  signal: AbortSignal,
): Promise<DockerContainerInspect> {
  const path = `/containers/${encodeURIComponent(idOrName)}/json`;
  return (await api.call({ method: "GET", path }, signal)) as DockerContainerInspect;
}

/** Sends a signal, as `SIGTERM` or a number. Returns false when the container does not run or is gone. */
export async function killContainer(
  api: DockerApi,
  kill: { readonly id: string; readonly signal: string },
  signal: AbortSignal,
): Promise<boolean> {
  const path = `/containers/${kill.id}/kill`;
  try {
    await api.call({ method: "POST", path, query: { signal: kill.signal } }, signal);
    return true;
  } catch (thrown) {
    if (isNotFound(thrown) || isConflict(thrown)) return false;
    throw thrown;
  }
}

/** Removes a container with its anonymous volumes, killing it if it runs. Gone already, or going: a success. */
export async function removeContainer(
  api: DockerApi,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const request = {
    method: "DELETE",
    path: `/containers/${id}`,
    query: { force: 1, v: 1 },
  } as const;
  try {
    await api.call({ ...request, timeoutMillis: slowMillis }, signal);
  } catch (thrown) {
    // 409: another call removes it right now. It is gone when this wait ends, or was there never.
    if (isConflict(thrown)) await waitUntilRemoved(api, id, signal);
    else if (!isNotFound(thrown)) throw thrown;
  }
}

/** Changes limits; what the body leaves out stays. */
export async function updateContainer(
  api: DockerApi,
  update: { readonly id: string; readonly body: DockerUpdateBody },
  signal: AbortSignal,
): Promise<void> {
  const path = `/containers/${update.id}/update`;
  await api.call({ method: "POST", path, body: update.body }, signal);
}

/** All containers of kubelets, running or not. */
export async function listContainers(
  api: DockerApi,
  signal: AbortSignal,
): Promise<readonly DockerContainerListEntry[]> {
  const query = { all: 1, filters: { label: [typeLabel] } };
  const answer = await api.call({ method: "GET", path: "/containers/json", query }, signal);
  return answer as readonly DockerContainerListEntry[];
}

async function waitUntilRemoved(api: DockerApi, id: string, signal: AbortSignal): Promise<void> {
  const path = `/containers/${id}/wait`;
  try {
    const request = { method: "POST", path, query: { condition: "removed" } } as const;
    await api.call({ ...request, timeoutMillis: slowMillis }, signal);
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
}
