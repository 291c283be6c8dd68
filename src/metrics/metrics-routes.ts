import type { IncomingMessage, ServerResponse } from "node:http";
import type { BearerToken } from "./bearer-token.ts";
import type { MetricsPage } from "./prom-meter.ts";
import { type Readiness, readinessText } from "./readiness.ts";

/** What the routes show. */
export interface MetricsRoutes {
  /** What `/metrics` answers to a header Accept. */
  readonly metrics: { render(accept: string | undefined): Promise<MetricsPage> };
  readonly readiness: () => Readiness;
  /** Answers `/debug/pods`. */
  readonly sendPods: (response: ServerResponse) => Promise<void>;
}

interface Exchange {
  readonly routes: MetricsRoutes;
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** undefined: none is asked for. */
  readonly token: BearerToken | undefined;
}

type Route = (exchange: Exchange) => void | Promise<void>;

const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["/metrics", withToken(metrics)],
  ["/healthz", ({ response }) => end(response, 200, "ok\n")],
  ["/readyz", readyz],
  ["/debug/pods", pods],
]);

/** Answers one request; never rejects. */
export async function answerMetrics(
  shown: MetricsRoutes,
  token: BearerToken | undefined,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  try {
    const url = URL.parse(request.url ?? "", "http://localhost");
    const route = routes.get(url?.pathname ?? "");
    if (request.method !== "GET" && request.method !== "HEAD") end(response, 405, "only GET\n");
    else if (url === null || route === undefined)
      end(response, 404, `here are ${[...routes.keys()].join(", ")}\n`);
    else await route({ routes: shown, url, request, response, token });
  } catch {
    if (response.headersSent) response.destroy();
    else end(response, 500, "this could not be read\n");
  }
}

function withToken(route: Route): Route {
  return (exchange) => {
    const { token, request, response } = exchange;
    if (token === undefined || token.isIn(request.headers.authorization)) return route(exchange);
    response.setHeader("www-authenticate", "Bearer");
    end(response, 401, "the bearer token of metrics.tokenFile is needed\n");
    return undefined;
  };
}

async function metrics({ routes: shown, request, response }: Exchange): Promise<void> {
  const { contentType, body } = await shown.metrics.render(request.headers.accept);
  response.writeHead(200, { "content-type": contentType }).end(body);
}

/** Whoever probes has no token, so the short text needs none; the long one may name paths and addresses. */
function readyz(exchange: Exchange): void | Promise<void> {
  const { routes: shown, url, response } = exchange;
  const verbose = url.searchParams.has("verbose");
  const show = (): void => {
    const readiness = shown.readiness();
    end(response, readiness.ready ? 200 : 503, readinessText(readiness, verbose));
  };
  return verbose ? withToken(show)(exchange) : show();
}

/** Pods in the host's network can reach loopback, so names of pods are for token holders alone. */
function pods(exchange: Exchange): void | Promise<void> {
  const { routes: shown, response, token } = exchange;
  if (token !== undefined) return withToken(() => shown.sendPods(response))(exchange);
  end(response, 403, "this is shown with metrics.tokenFile only, or by: cri-ferry debug pods\n");
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}
