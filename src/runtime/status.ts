import type { Backend } from "../backends/backend.ts";
import { CriError } from "../model/error.ts";
import { type CgroupDriver, type Condition, type RuntimeHandler, ready } from "../model/runtime.ts";
import type { RuntimeContext } from "./context.ts";
import type { RuntimeStatusView } from "./runtime.ts";

/** The node's condition: ready when any engine is; the reasons of those that are not, by name. From memory. */
export function status(context: RuntimeContext, verbose: boolean): RuntimeStatusView {
  const { backends } = context.router;
  return {
    runtime: anyReady(backends, (backend) => backend.condition()),
    network: anyReady(backends, (backend) => backend.networkCondition()),
    handlers: mergeHandlers(backends),
    supplementalGroupsPolicy: backends.every((backend) =>
      backend.supportsSupplementalGroupsPolicy(),
    ),
    info: verbose ? Object.assign({}, ...backends.map((backend) => backend.describe())) : {},
  };
}

/** The cgroup driver that the kubelet has to use. Throws CriError, Unavailable while no engine has told its own. */
export function cgroupDriver(context: RuntimeContext): CgroupDriver {
  for (const backend of context.router.backends) {
    const driver = backend.cgroupDriver();
    if (driver !== undefined) return driver;
  }
  throw new CriError(
    "Unavailable",
    "no engine was reached yet: its cgroup driver is not known; set cgroupDriver to name it",
  );
}

function anyReady(
  backends: readonly Backend[],
  conditionOf: (backend: Backend) => Condition,
): Condition {
  const conditions = backends.map((backend) => ({
    name: backend.name,
    condition: conditionOf(backend),
  }));
  const failed = conditions.filter(({ condition }) => !condition.ok);
  const [first] = failed;
  if (first === undefined || failed.length < conditions.length) return ready;
  const message = failed.map(({ name, condition }) => `${name}: ${condition.message}`).join("; ");
  return { ok: false, reason: first.condition.reason, message };
}

/** Each handler once; the engine that placement asks first tells its features. */
function mergeHandlers(backends: readonly Backend[]): readonly RuntimeHandler[] {
  const byName = new Map<string, RuntimeHandler>();
  for (const handler of backends.flatMap((backend) => backend.handlers())) {
    if (!byName.has(handler.name)) byName.set(handler.name, handler);
  }
  return [...byName.values()];
}
