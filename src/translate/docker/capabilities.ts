import { allCapabilities, defaultCapabilities } from "../../model/capability.ts";
import type { Capabilities } from "../../model/security.ts";
import type { DockerHostConfig } from "./api.ts";
import type { EngineFacts } from "./engine.ts";
import type { NodeLimits } from "./node-limits.ts";
import { cannot, invalid } from "./refusal.ts";

/** Docker 20.10 stops at AUDIT_READ. */
const knownTo20 = allCapabilities.slice(0, allCapabilities.indexOf("AUDIT_READ") + 1);

type CapabilityFields = Pick<DockerHostConfig, "CapAdd" | "CapDrop">;
interface Context {
  readonly engine: EngineFacts;
  readonly limits: NodeLimits;
}

/**
 * Returns the fields that give exactly what was asked for: ALL means all this node has; what is in both lists is dropped, as CRI
 * runtimes apply the drops last. Throws FailedPrecondition for ambient capabilities and for ones that the node lacks,
 * InvalidArgument for names that are none.
 */
export function capabilityFields(wanted: Capabilities, context: Context): CapabilityFields {
  checkAmbient(wanted);
  const drop = named(wanted.drop, "drop");
  const add = named(wanted.add, "add").filter((name) => !drop.includes(name));
  checkAvailable(add, context);
  const usable = usableCapabilities(context);
  // Docker 23 refuses even to drop a capability that it does not have.
  const drops = drop.filter((name) => usable.includes(name));
  if (wanted.drop.includes("ALL")) return only(add);
  if (wanted.add.includes("ALL")) {
    return engineGivesAll(context)
      ? fields(["ALL"], drops)
      : only(usable.filter((name) => !drops.includes(name)));
  }
  if (defaultCapabilities.every((name) => usable.includes(name))) return fields(add, drops);
  const rest = defaultCapabilities.filter((name) => usable.includes(name) && !drops.includes(name));
  return only([...new Set([...rest, ...add])]);
}

/** Returns the fields that give all this node has, for a privileged container that docker itself must not make privileged. */
export function everyCapability(context: Context): CapabilityFields {
  return only(usableCapabilities(context));
}

/** Whether docker's own ALL, and its privileged mode, give nothing that this node lacks: else runc dies at the start. */
export function engineGivesAll({ engine, limits }: Context): boolean {
  return (
    engine.features.limitsCapabilities ||
    knownTo20.every((name) => limits.capabilities.includes(name))
  );
}

function usableCapabilities({ engine, limits }: Context): readonly string[] {
  const known = engine.features.limitsCapabilities ? allCapabilities : knownTo20;
  return known.filter((name) => limits.capabilities.includes(name));
}

function checkAmbient(wanted: Capabilities): void {
  if (wanted.addAmbient.length === 0) return;
  throw cannot(
    "security.capabilities.addAmbient",
    "docker cannot set ambient capabilities; leave it empty",
  );
}

function checkAvailable(add: readonly string[], context: Context): void {
  const usable = usableCapabilities(context);
  const missing = add.find((name) => !usable.includes(name));
  if (missing === undefined) return;
  const who = context.limits.capabilities.includes(missing)
    ? `docker ${context.engine.version} does not know`
    : "this node does not have";
  throw cannot("security.capabilities.add", `${who} ${missing}`);
}

/** The names in the list but ALL. */
function named(names: readonly string[], list: string): readonly string[] {
  const unknown = names.find((name) => name !== "ALL" && !allCapabilities.includes(name));
  if (unknown !== undefined)
    throw invalid(`security.capabilities.${list}`, `no such capability: ${unknown}`);
  return names.filter((name) => name !== "ALL");
}

function only(names: readonly string[]): CapabilityFields {
  return fields(names, ["ALL"]);
}

function fields(add: readonly string[], drop: readonly string[]): CapabilityFields {
  return {
    ...(add.length > 0 ? { CapAdd: add } : {}),
    ...(drop.length > 0 ? { CapDrop: drop } : {}),
  };
}
