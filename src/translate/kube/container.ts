import type { ContainerConfig } from "../../model/container.ts";
import { readContainerSecurity } from "./container-security.ts";
import { environmentVariables, expand, readEnvironment } from "./environment.ts";
import type { Fields } from "./fields.ts";
import { type PullPolicy, readImage } from "./image.ts";
import type { PodSecurity } from "./pod-security.ts";
import { type Demand, linuxResources, type QosClass } from "./resources.ts";
import { labelName, readMounts, type VolumePaths } from "./volumes.ts";

/** A container to make, and when to pull its image. */
export interface ContainerPlan {
  readonly config: ContainerConfig;
  readonly pullPolicy: PullPolicy;
}

/** What a container takes from its pod. */
export interface ContainerSurroundings {
  readonly security: PodSecurity;
  readonly volumes: VolumePaths;
  readonly qos: QosClass;
  readonly runtimeHandler: string;
  readonly nodeMemoryBytes: number;
  readonly seccompFolder: string;
  /** Labels that every container of the pod has. */
  readonly labels: Readonly<Record<string, string>>;
  readonly graceSeconds: number;
}

/** Reads a container whose demand and ports were read before; refuses fields that it does not know. */
export function readContainer(
  fields: Fields,
  demand: Demand,
  pod: ContainerSurroundings,
): ContainerPlan {
  const name = labelName(fields, "name");
  const environment = readEnvironment(fields);
  const { image, pullPolicy } = readImage(fields, pod.runtimeHandler);
  const expanded = (list: string): readonly string[] =>
    fields.texts(list).map((word) => expand(word, environment));
  const config: ContainerConfig = {
    metadata: { name, attempt: 0 },
    image,
    command: expanded("command"),
    args: expanded("args"),
    workingDir: fields.text("workingDir") ?? "",
    envs: environmentVariables(environment),
    mounts: readMounts(fields, pod.volumes),
    devices: [],
    labels: { ...pod.labels, "io.kubernetes.container.name": name },
    annotations: annotations(pod.graceSeconds),
    logPath: `${name}/0.log`,
    stdin: fields.flag("stdin") ?? false,
    stdinOnce: fields.flag("stdinOnce") ?? false,
    tty: fields.flag("tty") ?? false,
    cdiDevices: [],
    stopSignal: undefined,
    resources: linuxResources(demand, pod.qos, pod.nodeMemoryBytes),
    security: readContainerSecurity(fields, pod.security, pod.seccompFolder),
  };
  fields.end();
  return { config, pullPolicy };
}

/** As a kubelet writes them; `stop` takes its grace period from there. */
function annotations(graceSeconds: number): Readonly<Record<string, string>> {
  return {
    "io.kubernetes.container.restartCount": "0",
    "io.kubernetes.pod.terminationGracePeriod": `${graceSeconds}`,
  };
}
