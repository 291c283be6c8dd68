import type { Backend } from "../backends/backend.ts";
import { CriError } from "../model/error.ts";
import type { Clock, Meter } from "../model/ports.ts";

const operationSeconds = "cri_ferry_engine_operation_seconds";

interface Metering {
  readonly clock: Clock;
  readonly meter: Meter;
  readonly engine: string;
}

/** The parts of an engine whose methods are counted; a method that answers at once, from memory, is not. */
const parts: ReadonlySet<unknown> = new Set(["sandboxes", "containers", "images", "io"]);

/** These last as long as a client likes: no figure about the engine. */
const sessions: ReadonlySet<string> = new Set(["io.exec", "io.attach"]);

/** Returns the same engine; what it is asked to do for pods, containers and images is counted and timed. */
export function meteredBackend(
  backend: Backend,
  { clock, meter }: { readonly clock: Clock; readonly meter: Meter },
): Backend {
  const metering = { clock, meter, engine: backend.name };
  const metered = new Map<unknown, object>();
  return new Proxy(backend, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value === "function") return bound(value, target);
      if (!parts.has(key) || typeof value !== "object" || value === null) return value;
      const part = metered.get(key) ?? meteredPart(value, String(key), metering);
      metered.set(key, part);
      return part;
    },
  });
}

/** Methods of classes need their own object: private fields are not to be had through another. */
function bound(method: unknown, owner: object): unknown {
  return (...args: readonly unknown[]): unknown => call(method, owner, args);
}

function call(method: unknown, owner: object, args: readonly unknown[]): unknown {
  return Reflect.apply(method as (...args: readonly unknown[]) => unknown, owner, args);
}

function meteredPart(part: object, name: string, metering: Metering): object {
  return new Proxy(part, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      const operation = `${name}.${String(key)}`;
      if (sessions.has(operation)) return bound(value, target);
      return (...args: readonly unknown[]): unknown => {
        const begun = metering.clock.monotonicMillis();
        const result = call(value, target, args);
        return result instanceof Promise ? timed(result, { operation, begun, metering }) : result;
      };
    },
  });
}

interface Operation {
  readonly operation: string;
  readonly begun: number;
  readonly metering: Metering;
}

async function timed(result: Promise<unknown>, running: Operation): Promise<unknown> {
  const { operation, begun, metering } = running;
  const { clock, meter, engine } = metering;
  let code = "OK";
  try {
    return await result;
  } catch (thrown) {
    code = CriError.from(thrown, operation).kind;
    throw thrown;
  } finally {
    const seconds = (clock.monotonicMillis() - begun) / 1000;
    meter.observe(operationSeconds, seconds, { engine, operation, code });
  }
}
