import { allCapabilities, defaultCapabilities } from "../../model/capability.ts";
import type { ContainerSecurityContext } from "../../model/security.ts";
import type { NodeFacts } from "./oci-input.ts";
import { cannot, invalid } from "./refusal.ts";
import type { OciCapabilities } from "./spec.ts";

/**
 * Returns a process's sets: the default ones, with what is to be added and then without what is to be dropped; all that the node has
 * for a privileged one. Ambient ones are inheritable, too (capabilities(7)).
 * Throws FailedPrecondition for a capability that the node lacks, InvalidArgument for what is none.
 */
export function processCapabilities(
  { privileged, capabilities }: ContainerSecurityContext,
  node: NodeFacts,
): OciCapabilities {
  const ambient = known(capabilities.addAmbient, "addAmbient");
  const names = privileged ? node.capabilities : granted(capabilities, node);
  need([...ambient], "addAmbient", node);
  const all = [...new Set([...names, ...ambient])].map((name) => `CAP_${name}`);
  const inherited = ambient.map((name) => `CAP_${name}`);
  return {
    bounding: all,
    effective: all,
    permitted: all,
    inheritable: inherited,
    ambient: inherited,
  };
}

function granted(
  { add, drop }: ContainerSecurityContext["capabilities"],
  node: NodeFacts,
): readonly string[] {
  const added = known(add, "add");
  const dropped = new Set(known(drop, "drop"));
  need(
    added.filter((name) => !dropped.has(name)),
    "add",
    node,
  );
  const all = add.includes("ALL") ? node.capabilities : [];
  const base = drop.includes("ALL") ? [] : defaultCapabilities;
  return [...base, ...all, ...added].filter(
    (name) => !dropped.has(name) && node.capabilities.includes(name),
  );
}

/** The names in the list but ALL. */
function known(names: readonly string[], list: string): readonly string[] {
  const unknown = names.find((name) => name !== "ALL" && !allCapabilities.includes(name));
  if (unknown !== undefined)
    throw invalid(`security.capabilities.${list}`, `no such capability: ${unknown}`);
  return names.filter((name) => name !== "ALL");
}

function need(names: readonly string[], list: string, node: NodeFacts): void {
  const missing = names.find((name) => !node.capabilities.includes(name));
  if (missing === undefined) return;
  throw cannot(`security.capabilities.${list}`, `this node does not have ${missing}`);
}
