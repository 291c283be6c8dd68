import type { ContainerConfig } from "../../model/container.ts";
import type { PodSandboxConfig } from "../../model/pod-sandbox.ts";

type Labels = Readonly<Record<string, string>>;

/*
 * The labels of dockershim and cri-dockerd. A CRI label that would be taken for one of these, or for an annotation, goes into
 * `extra` as JSON, so that what a client gave comes back as it was.
 */
const type = "io.kubernetes.docker.type";
const sandboxId = "io.kubernetes.sandbox.id";
const logPath = "io.kubernetes.container.logpath";
const containerNameLabel = "io.kubernetes.container.name";
const annotationPrefix = "annotation.";
const extra = "io.cri-ferry.labels";

/** What never shows as a client's label. A container's name is one, except where we say POD. */
const ownOfContainers: ReadonlySet<string> = new Set([type, sandboxId, logPath, extra]);
const ownOfSandboxes: ReadonlySet<string> = new Set([...ownOfContainers, containerNameLabel]);

/** The label by which docker's lists and events are filtered. */
export const typeLabel = type;

/** What docker's labels say. */
export interface ReadLabels {
  /** undefined: not a container of a pod. */
  readonly type: "sandbox" | "container" | undefined;
  /** Empty for sandboxes. */
  readonly sandboxId: string;
  /** Absolute path of the CRI log file; empty: none. */
  readonly logFile: string;
  /** As the client gave them. */
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** Returns the docker labels of a sandbox. */
export function sandboxLabels(config: PodSandboxConfig): Labels {
  const internal = { [type]: "podsandbox", [containerNameLabel]: "POD" };
  return { ...clientLabels(config, ownOfSandboxes), ...internal };
}

/** Returns the docker labels of a container in that sandbox; the log file is absolute or empty. */
export function containerLabels(config: ContainerConfig, sandbox: string, logFile: string): Labels {
  const internal = { [type]: "container", [sandboxId]: sandbox, [logPath]: logFile };
  return { ...clientLabels(config, ownOfContainers), ...internal };
}

/**
 * Reads docker's labels. Docker adds the image's labels to a container's: given those, an adopted container shows only what its
 * client set.
 */
export function readLabels(
  docker: Labels | null | undefined,
  imageLabels: Labels = {},
): ReadLabels {
  const all = docker ?? {};
  const kind = all[type];
  const hidden = kind === "podsandbox" ? ownOfSandboxes : ownOfContainers;
  const shown = Object.entries(all).filter(
    ([key, value]) => !hidden.has(key) && imageLabels[key] !== value,
  );
  return {
    type: kind === "podsandbox" ? "sandbox" : kind === "container" ? "container" : undefined,
    sandboxId: all[sandboxId] ?? "",
    logFile: all[logPath] ?? "",
    labels: {
      ...Object.fromEntries(shown.filter(([key]) => !key.startsWith(annotationPrefix))),
      ...readExtra(all[extra]),
    },
    annotations: Object.fromEntries(
      shown
        .filter(([key]) => key.startsWith(annotationPrefix))
        .map(([key, value]) => [key.slice(annotationPrefix.length), value]),
    ),
  };
}

interface Labelled {
  readonly labels: Labels;
  readonly annotations: Labels;
}

function clientLabels({ labels, annotations }: Labelled, own: ReadonlySet<string>): Labels {
  const entries = Object.entries(labels);
  const clashes = entries.filter(([key]) => own.has(key) || key.startsWith(annotationPrefix));
  const plain = entries.filter((entry) => !clashes.includes(entry));
  const prefixed = Object.entries(annotations).map(([key, value]) => [
    annotationPrefix + key,
    value,
  ]);
  return {
    ...Object.fromEntries(plain),
    ...Object.fromEntries(prefixed),
    ...(clashes.length > 0 ? { [extra]: JSON.stringify(Object.fromEntries(clashes)) } : {}),
  };
}

function readExtra(text: string | undefined): Labels {
  if (text === undefined) return {};
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== "object" || read === null) return {};
    return Object.fromEntries(
      Object.entries(read).filter(
        (entry): entry is [string, string] => typeof entry[1] === "string",
      ),
    );
  } catch {
    return {};
  }
}
