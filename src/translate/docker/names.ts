import type { ContainerMetadata } from "../../model/container.ts";
import type { PodSandboxMetadata } from "../../model/pod-sandbox.ts";

/*
 * The names that dockershim gave and cri-dockerd gives; pods change hands without a restart because they are kept:
 *
 *   k8s_POD_<pod>_<namespace>_<uid>_<attempt>          a sandbox
 *   k8s_<container>_<pod>_<namespace>_<uid>_<attempt>  a container
 *
 * A seventh field is what those two append after a name conflict. Docker allows [a-zA-Z0-9][a-zA-Z0-9_.-]+ only, while a UID
 * is any string: a byte that is not allowed, or would read as a delimiter, is written as `.-` and two hex digits. No
 * Kubernetes name holds `.-`, so these names read the same everywhere.
 */
const prefix = "k8s";
const sandboxField = "POD";
const delimiter = "_";

/** What a docker name says; the metadata of a container's sandbox lacks the sandbox's attempt, which its name does not hold. */
export type ParsedName =
  | { readonly type: "sandbox"; readonly sandbox: PodSandboxMetadata }
  | {
      readonly type: "container";
      readonly container: ContainerMetadata;
      readonly sandbox: Omit<PodSandboxMetadata, "attempt">;
    };

/** Returns the docker name of a sandbox, without docker's leading slash. */
export function sandboxName(sandbox: PodSandboxMetadata): string {
  return join([sandboxField, ...podFields(sandbox)], sandbox.attempt);
}

/** Returns the docker name of a container, without docker's leading slash. */
export function containerName(container: ContainerMetadata, sandbox: PodSandboxMetadata): string {
  const name = encode(container.name);
  return join([name === sandboxField ? ".-50OD" : name, ...podFields(sandbox)], container.attempt);
}

/** Returns the name to use when docker still holds `name` for a container that can be neither used nor removed. */
export function nameAfterConflict(name: string, salt: number): string {
  return `${name}${delimiter}${(salt >>> 0).toString(16).padStart(8, "0")}`;
}

/** Reads a docker name, with or without the leading slash; undefined when it is not of the Kubernetes form. */
export function parseName(dockerName: string): ParsedName | undefined {
  const fields = dockerName.replace(/^\//, "").split(delimiter);
  const [first, kind, name, namespace, uid, attemptText] = fields;
  const attempt = Number(attemptText);
  if (first !== prefix || fields.length < 6 || fields.length > 7) return undefined;
  if (kind === undefined || name === undefined || namespace === undefined || uid === undefined)
    return undefined;
  if (!/^\d+$/.test(attemptText ?? "") || attempt > 0xffff_ffff) return undefined;
  const sandbox = { name: decode(name), namespace: decode(namespace), uid: decode(uid) };
  return kind === sandboxField
    ? { type: "sandbox", sandbox: { ...sandbox, attempt } }
    : { type: "container", container: { name: decode(kind), attempt }, sandbox };
}

function podFields(sandbox: PodSandboxMetadata): readonly string[] {
  return [encode(sandbox.name), encode(sandbox.namespace), encode(sandbox.uid)];
}

function join(fields: readonly string[], attempt: number): string {
  return [prefix, ...fields, String(attempt)].join(delimiter);
}

function encode(text: string): string {
  return text.replace(/\.(?=-)|[^a-zA-Z0-9.-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `.-${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}

function decode(field: string): string {
  return field.replace(/(?:\.-[0-9a-f]{2})+/g, (run) =>
    Buffer.from(run.replaceAll(".-", ""), "hex").toString(),
  );
}
