import type { PodSandboxConfig, PodSandboxMetadata } from "../../model/pod-sandbox.ts";
import { type ContainerPlan, type ContainerSurroundings, readContainer } from "./container.ts";
import { podDns } from "./dns.ts";
import { Fields, refused } from "./fields.ts";
import { type PodSecurity, readPodSecurity, sandboxSecurity } from "./pod-security.ts";
import { readPorts } from "./ports.ts";
import { qosClass, readDemand } from "./resources.ts";
import { type PodVolumes, readVolumes } from "./volumes.ts";

/** What a manifest does not say. */
export interface PodHost {
  /** The pod's UID when the manifest has none. */
  readonly uid: string;
  /** The text of the host's resolv.conf. */
  readonly resolvConf: string;
  readonly nodeMemoryBytes: number;
  /** Pods' log folders are made below it; the kubelet's is `/var/log/pods`. */
  readonly logRoot: string;
  /** Pods' emptyDir volumes are made below it, each pod's in a folder named by its UID. */
  readonly emptyDirRoot: string;
  /** The kubelet's is `/var/lib/kubelet/seccomp`. */
  readonly seccompFolder: string;
}

/** The requests that make a pod, in their order. */
export interface PodPlan {
  readonly sandbox: PodSandboxConfig;
  readonly runtimeHandler: string;
  /** Run one after the other, each to its end. */
  readonly initContainers: readonly ContainerPlan[];
  readonly containers: readonly ContainerPlan[];
  /** Folders to make before the first container. */
  readonly emptyDirs: readonly string[];
}

/**
 * Takes a v1.Pod as parsed YAML or JSON and returns what a kubelet would ask of a runtime for it. Throws InvalidArgument with the
 * path of a field that is missing, wrong or not supported.
 */
export function podPlan(manifest: unknown, host: PodHost): PodPlan {
  const pod = new Fields(manifest, "");
  pod.word("apiVersion", ["v1"]);
  if (pod.word("kind", ["Pod"]) === undefined) throw refused("kind", "must be Pod");
  const metadata = readMetadata(required(pod, "metadata"), host.uid);
  const plan = readSpec(required(pod, "spec"), metadata, host);
  pod.ignore("status");
  pod.end();
  return plan;
}

interface PodMetadata extends PodSandboxMetadata {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

function readMetadata(fields: Fields, uid: string): PodMetadata {
  const metadata = {
    name: subdomain(fields, "name") ?? missing(fields, "name"),
    namespace: subdomain(fields, "namespace") ?? "default",
    uid: fields.text("uid") ?? uid,
    attempt: 0,
    labels: fields.textMap("labels"),
    annotations: fields.textMap("annotations"),
  };
  if (!/^[\w.-]{1,128}$/.test(metadata.uid)) throw refused(fields.at("uid"), "must be a plain id");
  fields.ignore("creationTimestamp");
  fields.end();
  return metadata;
}

function readSpec(spec: Fields, metadata: PodMetadata, host: PodHost): PodPlan {
  const security = readPodSecurity(spec, host.seccompFolder);
  const volumes = readVolumes(spec, `${host.emptyDirRoot}/${metadata.uid}`);
  const runtimeHandler = spec.text("runtimeClassName") ?? "";
  const groups = [spec.objects("initContainers"), spec.objects("containers")] as const;
  if (groups[1].length === 0)
    throw refused(spec.at("containers"), "must have at least one container");
  const hostNetwork = security.namespaces.network === "NODE";
  const ports = groups.flat().flatMap((container) => readPorts(container, hostNetwork));
  const surroundings = { spec, metadata, host, security, volumes, runtimeHandler };
  const [initContainers, containers] = readContainers(groups, surroundings);
  const privileged = [...initContainers, ...containers].some(
    ({ config }) => config.security.privileged,
  );
  const sandbox: PodSandboxConfig = {
    metadata: {
      name: metadata.name,
      namespace: metadata.namespace,
      uid: metadata.uid,
      attempt: 0,
    },
    hostname: hostNetwork ? ignoredHostname(spec) : hostname(spec, metadata.name),
    logDirectory: `${host.logRoot}/${metadata.namespace}_${metadata.name}_${metadata.uid}`,
    dns: podDns(spec, host.resolvConf),
    portMappings: ports,
    labels: { ...metadata.labels, ...podLabels(metadata) },
    annotations: metadata.annotations,
    cgroupParent: "",
    sysctls: security.sysctls,
    security: sandboxSecurity(security, privileged),
    overhead: undefined,
    resources: undefined,
  };
  acceptWithoutMeaning(spec);
  spec.end();
  return { sandbox, runtimeHandler, initContainers, containers, emptyDirs: volumes.emptyDirs };
}

interface Surroundings {
  readonly spec: Fields;
  readonly metadata: PodMetadata;
  readonly host: PodHost;
  readonly security: PodSecurity;
  readonly volumes: PodVolumes;
  readonly runtimeHandler: string;
}

function readContainers(
  groups: readonly [readonly Fields[], readonly Fields[]],
  { spec, metadata, host, security, volumes, runtimeHandler }: Surroundings,
): readonly [readonly ContainerPlan[], readonly ContainerPlan[]] {
  const demands = new Map(groups.flat().map((container) => [container, readDemand(container)]));
  const surroundings: ContainerSurroundings = {
    security,
    volumes: volumes.paths,
    qos: qosClass([...demands.values()]),
    runtimeHandler,
    nodeMemoryBytes: host.nodeMemoryBytes,
    seccompFolder: host.seccompFolder,
    labels: podLabels(metadata),
    graceSeconds: spec.integer("terminationGracePeriodSeconds", 0, 2 ** 31 - 1) ?? 30,
  };
  const names = new Set<string>();
  const read = (container: Fields): ContainerPlan => {
    const plan = readContainer(
      container,
      demands.get(container) ?? readDemand(container),
      surroundings,
    );
    const { name } = plan.config.metadata;
    if (names.has(name)) throw refused(container.at("name"), `"${name}" is there twice`);
    names.add(name);
    return plan;
  };
  return [groups[0].map(read), groups[1].map(read)];
}

/** The labels by which kubelets and every tool find a pod's parts. */
function podLabels(metadata: PodMetadata): Readonly<Record<string, string>> {
  return {
    "io.kubernetes.pod.name": metadata.name,
    "io.kubernetes.pod.namespace": metadata.namespace,
    "io.kubernetes.pod.uid": metadata.uid,
  };
}

/** The pod's name, cut to the 63 characters that the kernel takes, unless the spec says another. */
function hostname(spec: Fields, podName: string): string {
  const written = spec.text("hostname") ?? "";
  return written === "" ? podName.slice(0, 63).replace(/[-.]+$/, "") : written;
}

/** A pod on the host's network has the host's name. */
function ignoredHostname(spec: Fields): string {
  spec.ignore("hostname");
  return "";
}

/** No service, no token and no restart is made here: only the values that ask for none pass. */
function acceptWithoutMeaning(spec: Fields): void {
  spec.ignore("enableServiceLinks");
  if (spec.flag("automountServiceAccountToken") === true) {
    throw refused(spec.at("automountServiceAccountToken"), "is not supported");
  }
  spec.word("restartPolicy", ["Never"]);
}

function required(fields: Fields, name: string): Fields {
  return fields.object(name) ?? missing(fields, name);
}

function missing(fields: Fields, name: string): never {
  throw refused(fields.at(name), "is needed");
}

/** Names become parts of paths and of engines' names: DNS subdomains (RFC 1123), as Kubernetes asks. */
function subdomain(fields: Fields, name: string): string | undefined {
  const value = fields.text(name);
  if (value === undefined) return undefined;
  if (
    value.length <= 253 &&
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(value)
  ) {
    return value;
  }
  throw refused(fields.at(name), `is "${value}"; it must be a-z, 0-9, "-" and "."`);
}
