import { parseManifest } from "../../src/translate/kube/manifest.ts";
import { type PodHost, type PodPlan, podPlan } from "../../src/translate/kube/pod.ts";

/** A node as tests need it. */
export const host: PodHost = {
  uid: "made-uid",
  resolvConf: "# made by a test\nnameserver 10.0.0.2\nsearch example.test\noptions ndots:2 edns0\n",
  nodeMemoryBytes: 8 * 2 ** 30,
  logRoot: "/var/log/pods",
  emptyDirRoot: "/run/x/volumes",
  seccompFolder: "/var/lib/kubelet/seccomp",
};

/** What the translator makes of a manifest. */
export function plan(yaml: string): PodPlan {
  return podPlan(parseManifest(yaml), host);
}

/** A pod with one container, and these further lines in its spec. */
export function withSpec(lines: string): string {
  const spec = lines.replaceAll(/^/gm, "  ");
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n${spec}\n  containers: [{name: a, image: b}]\n`;
}

/** A pod with one container that has these further fields, in YAML's flow style. */
export function withContainer(fields: string): string {
  return `kind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: b, ${fields}}]}`;
}
