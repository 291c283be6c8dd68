import { CriError } from "../model/error.ts";
import type { EngineName } from "../model/ids.ts";
import type { PodSandboxConfig } from "../model/pod-sandbox.ts";
import type { Backend } from "./backend.ts";

export interface RouterOptions {
  /** At least one; the first is the default. */
  readonly backends: readonly [Backend, ...Backend[]];
}

/** Which engine serves a pod: decided once by `place`, afterwards a fact that the sandbox carries. */
export class Router {
  readonly #backends: readonly [Backend, ...Backend[]];

  constructor(options: RouterOptions) {
    this.#backends = options.backends;
  }

  get backends(): readonly Backend[] {
    return this.#backends;
  }

  /** The engine for a new sandbox. Throws InvalidArgument when no engine knows the handler. */
  place(_config: PodSandboxConfig, handler: string): Backend {
    const backend = this.#backends.find((one) =>
      one.handlers().some(({ name }) => name === handler),
    );
    if (backend !== undefined) return backend;
    if (handler === "") return this.#backends[0];
    const known = this.#backends
      .flatMap((one) => one.handlers().map(({ name }) => name))
      .filter((name) => name !== "");
    throw new CriError(
      "InvalidArgument",
      `runtime_handler "${handler}" is not known; there are: ${known.join(", ") || "none but the default"}`,
    );
  }

  /** The engine that has this object. Throws FailedPrecondition when that engine is not configured any more. */
  of(object: { readonly engine: EngineName }): Backend {
    const backend = this.#backends.find(({ name }) => name === object.engine);
    if (backend !== undefined) return backend;
    throw new CriError(
      "FailedPrecondition",
      `engine "${object.engine}" is not configured, but has objects of this node`,
    );
  }

  /** The engine that a pulled image is for. */
  forPull(sandboxConfig: PodSandboxConfig | undefined, handler: string): Backend {
    return sandboxConfig === undefined ? this.#backends[0] : this.place(sandboxConfig, handler);
  }
}
