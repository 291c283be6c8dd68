import { CriError } from "../../model/error.ts";
import type { RuntimeHandler } from "../../model/runtime.ts";
import type { EngineFacts } from "../../translate/docker/engine.ts";
import { handlerFeatures, runtimeHandlers } from "../../translate/docker/engine.ts";

type Handlers = Readonly<Record<string, string>>;

/** What kubelets ask for that were set up for dockershim or cri-dockerd (RuntimeClass `docker`): the default runtime. */
const inherited = "docker";

/**
 * Returns the docker runtime of a handler, empty for the engine's default. A handler that the configuration does not name is one
 * of the engine's runtimes by its own name. Throws CriError InvalidArgument with the handlers there are, FailedPrecondition when
 * the configured runtime is unknown to the engine.
 */
export function dockerRuntimeOf(handler: string, handlers: Handlers, engine: EngineFacts): string {
  const configured = handlers[handler];
  const runtime = configured ?? handler;
  if (engine.runtimes.includes(runtime)) return runtime;
  if (configured === undefined && (handler === "" || handler === inherited)) return "";
  if (configured !== undefined) {
    const known = engine.runtimes.join(", ");
    const message = `handlers.${handler}.runtime: docker knows no runtime "${runtime}", only ${known}; it is set up in daemon.json`;
    throw new CriError("FailedPrecondition", message);
  }
  const known = namesOf(handlers, engine).filter((name) => name !== "");
  const message = `runtime_handler: docker has no "${handler}", only ${known.join(", ")}`;
  throw new CriError("InvalidArgument", message);
}

/** Returns the handlers that a pod may name, the default first, each with what its runtime can do. */
export function dockerHandlers(handlers: Handlers, engine: EngineFacts): readonly RuntimeHandler[] {
  return namesOf(handlers, engine).map((name) => ({
    name,
    features: handlerFeatures(engine, handlers[name] ?? (name === inherited ? "" : name)),
  }));
}

function namesOf(handlers: Handlers, engine: EngineFacts): readonly string[] {
  const own = runtimeHandlers(engine).map(({ name }) => name);
  return [...new Set([...own, inherited, ...Object.keys(handlers)])];
}

/** Returns the handler that a pod of this docker runtime was asked for by; for pods of which only docker knows. */
export function handlerOfRuntime(
  runtime: string | undefined,
  handlers: Handlers,
  defaultRuntime: string | undefined,
): string {
  if (runtime === undefined || runtime === "" || runtime === defaultRuntime) return "";
  const configured = Object.entries(handlers).find(([, docker]) => docker === runtime);
  return configured?.[0] ?? runtime;
}
