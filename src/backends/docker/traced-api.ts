import type { Tracer } from "../../model/ports.ts";
import type { DockerApi } from "./client.ts";
import type { DockerRequest } from "./docker-request.ts";
import { routeOf } from "./metered-api.ts";

/** Returns the same client, whose calls are parts of the traces that they are made for; of streams it is the time to the answer's head. */
export function tracedDocker(api: DockerApi, tracer: Tracer): DockerApi {
  const traced = <T>({ method, path }: DockerRequest, work: () => Promise<T>): Promise<T> => {
    const facts = {
      "http.request.method": method,
      "url.path": path,
      "server.address": api.endpoint,
    };
    return tracer.part(`docker ${method} ${routeOf(path)}`, facts, work);
  };
  return {
    endpoint: api.endpoint,
    version: () => api.version(),
    negotiate: (signal) => api.negotiate(signal),
    ping: (timeoutMillis, signal) => api.ping(timeoutMillis, signal),
    call: (request, signal) => traced(request, () => api.call(request, signal)),
    open: (request, signal) => traced(request, () => api.open(request, signal)),
    hijack: (request, signal) => traced(request, () => api.hijack(request, signal)),
    close: () => api.close(),
  };
}
