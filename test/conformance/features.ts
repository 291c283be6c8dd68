/** What an endpoint may lack without being wrong: newer parts of the CRI, and what the kernel or the engine must have. */
export const features = {
  "runtime-config": "RuntimeConfig tells the cgroup driver",
  "runtime-handlers": "Status lists the runtime handlers",
  "stop-missing": "stopping what does not exist is a success",
  "error-codes": "each refusal has the gRPC code that fits it",
  "field-validation": "requests without what identifies a pod or a container are refused",
  "path-validation": "log paths that leave the log directory are refused",
  "enum-validation": "unknown enum numbers are refused",
  "line-validation": "line breaks in DNS settings are refused",
  "group-validation": "run_as_group without a user is refused",
  "short-ids": "an unambiguous prefix stands for an id",
  "strict-groups": "supplemental_groups_policy Strict",
  "status-user": "ContainerStatus tells the user of the first process",
  "status-resources": "ContainerStatus tells the limits in force",
  "image-id": "ContainerStatus and lists tell the image id",
  "stop-signal": "stop_signal of a container",
  "exec-timeout": "a command past its timeout is killed",
  "exec-tree": "a command past its timeout is killed with all that it started",
  "exec-drain": "ExecSync returns when the command ends though a child holds its output",
  "exec-cap": "ExecSync output is cut at 16 MiB",
  "exec-leave": "a command whose client has left is killed",
  "half-close": "port-forward passes the end of one half on and keeps the other",
  "forward-ipv6": "port-forward reaches who listens on IPv6 alone",
  "log-bytes": "logs keep bytes that are no UTF-8",
  "log-carriage-return": "logs keep a carriage return before a line end",
  "recursive-read-only": "recursive_read_only mounts",
  "image-mount": "an image as a mount",
  "image-filter": "ListImages selects by name",
  "image-user": "ImageStatus tells the user of the image",
  "pinned-sandbox-image": "the sandbox image is pinned",
  "list-streams": "lists as streams of messages",
  "container-events": "GetContainerEvents",
  "pod-stats": "PodSandboxStats and ListPodSandboxStats",
  "pod-metrics": "ListMetricDescriptors and ListPodSandboxMetrics",
  "pod-cgroup-metrics": "metrics of a pod's own cgroup",
  "oom-metrics": "metrics of a container that died for want of memory",
  "stats-of-ended": "a container that has ended does not keep its pod from being measured",
  "create-retry": "a repeated create with the same metadata is no error",
  "cgroup-parent": "cgroup_parent in the form of its cgroup driver",
  unified: "resources as files of cgroup v2",
  cpuset: "limits to certain CPUs",
  "host-ports": "a port of the node leads to a pod",
  "privileged-sys": "privileged containers may write to /sys",
  seccomp: "seccomp filters",
} as const;

export type Feature = keyof typeof features;

/** Feature → why this endpoint does not have it. */
export type Lacks = Readonly<Partial<Record<Feature, string>>>;

interface KnownRuntime {
  readonly name: string;
  /** The beginning of its version. */
  readonly version: string;
  readonly lacks: Lacks;
}

/** How every containerd works that the suite was tried on. */
const containerdWays: Lacks = {
  "stop-missing": "it answers NotFound",
  "error-codes": "most of its refusals are Unknown",
  "field-validation": "it takes empty names",
  "path-validation": "it takes any path",
  "line-validation": "it takes any text",
  "enum-validation": "it takes numbers that it does not know for the default",
  "image-filter": "it leaves the filter aside",
  "create-retry": "it says that the name is reserved",
  "exec-tree": "children of other sessions stay",
  "exec-drain": "it waits for every holder of the output",
  "exec-leave": "the command runs on",
  "forward-ipv6": "it looks for IPv4 alone where the node's hosts file has no other localhost",
  "exec-cap": "its answer would be larger than what it may send",
  "log-carriage-return": "it drops them",
  "pod-cgroup-metrics": "of a pod it tells the network only",
  "oom-metrics": "it tells nothing of containers that have ended",
};

/** What the 1.x releases do not have yet. */
const containerdOne: Lacks = {
  ...containerdWays,
  "stats-of-ended": "it fails the whole list",
  "list-streams": "came with containerd 2.4",
  "container-events": "came with containerd 1.7",
  "pod-metrics": "not in containerd 1",
  "runtime-config": "came with containerd 2.0",
  "runtime-handlers": "came with containerd 2.0",
  "pinned-sandbox-image": "came with containerd 1.7.3",
  "strict-groups": "came with containerd 2.0",
  "recursive-read-only": "came with containerd 2.0",
  "status-user": "came with containerd 2.0",
  "image-id": "came with containerd 2.0",
  "image-mount": "came with containerd 2.1",
  "stop-signal": "came with containerd 2.1",
};

const knownRuntimes: readonly KnownRuntime[] = [
  { name: "containerd", version: "1", lacks: containerdOne },
  ...["2.0", "2.1", "2.2", "2.3"].map((version) => ({
    name: "containerd",
    version,
    lacks: { ...containerdWays, "list-streams": "came with containerd 2.4" },
  })),
  { name: "containerd", version: "2", lacks: containerdWays },
  // cri-ferry while its only engine is Docker: it keeps the name that running pods were started under.
  {
    name: "docker",
    version: "0.1",
    lacks: {
      "log-bytes": "docker's json-file holds text only",
    },
  },
];

/** Returns what is known to be absent in a runtime that introduces itself so; nothing for unknown ones. */
export function lacksOf(runtimeName: string, runtimeVersion: string): Lacks {
  const version = runtimeVersion.replace(/^v/, "");
  const known = knownRuntimes.find(
    ({ name, version: prefix }) => name === runtimeName && version.startsWith(`${prefix}.`),
  );
  return known?.lacks ?? {};
}

/** Takes names separated by commas; throws for one that is no feature. */
export function parseFeatures(text: string): readonly Feature[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
    .map((name) => {
      if (!isFeature(name))
        throw new Error(`${name} is no feature; there are: ${allFeatures.join(", ")}`);
      return name;
    });
}

export const allFeatures: readonly Feature[] = Object.keys(features).filter(isFeature);

function isFeature(name: string): name is Feature {
  return name in features;
}
