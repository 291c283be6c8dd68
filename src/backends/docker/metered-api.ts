import { CriError } from "../../model/error.ts";
import type { Clock, Meter } from "../../model/ports.ts";
import type { DockerApi } from "./client.ts";
import type { DockerRequest } from "./docker-request.ts";

const callSeconds = "cri_ferry_engine_call_seconds";

/** Returns the same client, whose calls are timed; of streams it is the time to the answer's head. */
export function meteredDocker(
  api: DockerApi,
  { clock, meter }: { readonly clock: Clock; readonly meter: Meter },
): DockerApi {
  async function timed<T>(request: DockerRequest, work: Promise<T>): Promise<T> {
    const begun = clock.monotonicMillis();
    let code = "OK";
    try {
      return await work;
    } catch (thrown) {
      code = CriError.from(thrown, "docker").kind;
      throw thrown;
    } finally {
      const seconds = (clock.monotonicMillis() - begun) / 1000;
      meter.observe(callSeconds, seconds, {
        engine: "docker",
        call: `${request.method} ${routeOf(request.path)}`,
        code,
      });
    }
  }
  return {
    endpoint: api.endpoint,
    version: () => api.version(),
    negotiate: (signal) => api.negotiate(signal),
    ping: (timeoutMillis, signal) => api.ping(timeoutMillis, signal),
    call: (request, signal) => timed(request, api.call(request, signal)),
    open: (request, signal) => timed(request, api.open(request, signal)),
    hijack: (request, signal) => timed(request, api.hijack(request, signal)),
    close: () => api.close(),
  };
}

/** `/images/a/b:1/json` → `/images/{id}/json`: labels may not grow with what is on the node. */
export function routeOf(path: string): string {
  const [, kind = "", first = "", ...rest] = path.split("/");
  if (first === "") return `/${kind}`;
  if (rest.length === 0) return fixed.has(first) ? `/${kind}/${first}` : `/${kind}/{id}`;
  const last = rest.at(-1) ?? "";
  return verbs.has(last) ? `/${kind}/{id}/${last}` : `/${kind}/{id}`;
}

const fixed = new Set(["json", "create", "df"]);
const verbs = new Set(
  "json start stop kill wait update exec attach logs tag rename archive resize pause unpause".split(
    " ",
  ),
);
