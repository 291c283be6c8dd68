import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { connectDocker, type DockerApi } from "../../src/backends/docker/client.ts";
import { busyboxTree } from "../harness/busybox-tree.ts";
import { tar } from "../harness/tar.ts";

const socketPath = "/var/run/docker.sock";

/** The engine that these tests use. */
export function dockerApi(): DockerApi {
  return connectDocker(`unix://${socketPath}`);
}

/** Makes an image of the host's busybox and returns its id. */
export async function importBusybox(api: DockerApi, reference: string): Promise<string> {
  const { signal } = new AbortController();
  const [repo, tag] = reference.split(":");
  const query = new URLSearchParams({ fromSrc: "-", repo: repo ?? "", tag: tag ?? "latest" });
  query.append("changes", "ENV PATH=/bin");
  query.append("changes", 'CMD ["sh"]');
  const call = request({
    socketPath,
    method: "POST",
    path: `/v1.41/images/create?${query.toString()}`,
  });
  // Docker gives a hard link's mode to the file that it names.
  const entries = (await busyboxTree()).map((entry) =>
    entry.type === "hardlink" ? { ...entry, mode: 0o755 } : entry,
  );
  call.end(tar(entries));
  const [answer] = (await once(call, "response")) as [IncomingMessage];
  const said = await text(answer);
  if (answer.statusCode !== 200) throw new Error(`import of ${reference}: ${said}`);
  const image = await api.call({ method: "GET", path: `/images/${reference}/json` }, signal);
  return (image as { readonly Id: string }).Id;
}

export interface RunningContainer extends AsyncDisposable {
  readonly id: string;
  readonly pid: number;
  readonly upperDir: string;
}

/** Creates and starts a container; disposing removes it. `body` goes into the create call. */
export async function runContainer(
  api: DockerApi,
  name: string,
  body: Readonly<Record<string, unknown>>,
): Promise<RunningContainer> {
  const { signal } = new AbortController();
  const remove = async () => {
    const path = `/containers/${name}`;
    await api
      .call({ method: "DELETE", path, query: { force: true } }, signal)
      .catch(() => undefined);
  };
  await remove();
  const path = "/containers/create";
  await api.call({ method: "POST", path, query: { name }, body }, signal);
  await api.call({ method: "POST", path: `/containers/${name}/start` }, signal);
  const inspected = await api.call({ method: "GET", path: `/containers/${name}/json` }, signal);
  const { Id, State, GraphDriver } = inspected as {
    readonly Id: string;
    readonly State: { readonly Pid: number };
    readonly GraphDriver: { readonly Data: { readonly UpperDir: string } };
  };
  return {
    id: Id,
    pid: State.Pid,
    upperDir: GraphDriver.Data.UpperDir,
    [Symbol.asyncDispose]: remove,
  };
}
