import { processUser } from "../../host/process-user.ts";
import type { DockerContainerInspect } from "../../translate/docker/api.ts";
import { containerFacts, sandboxFacts } from "../../translate/docker/inspect.ts";
import { readContainer } from "../../translate/docker/inspect-container.ts";
import { readSandbox } from "../../translate/docker/inspect-sandbox.ts";
import { readLabels } from "../../translate/docker/labels.ts";
import type { ImageFactsCache } from "./image-facts.ts";
import type { ShownObject, ShowObject } from "./seen.ts";

/** What docker does not tell of the objects it has. */
export interface ShowSources {
  readonly images: ImageFactsCache;
  /** The network's, from memory. */
  readonly addressesOf: (sandboxId: string) => readonly string[];
  /** The runtime handler that a docker runtime stands for. */
  readonly handlerOf: (runtime: string | undefined) => string;
}

/** Where kubelets keep the logs of pods unless told otherwise; only for pods that another shim left. */
const podLogsFolder = "/var/log/pods";

/** Returns the function that makes records of what docker has; whoever keeps state of an object knows more of it than the record says. */
export function showInspect(sources: ShowSources): ShowObject {
  return async (inspect, signal) => {
    const { type } = readLabels(inspect.Config.Labels);
    if (type === "sandbox") return showSandbox(inspect, sources);
    return type === "container" ? await showContainer(inspect, sources, signal) : undefined;
  };
}

function showSandbox(
  inspect: DockerContainerInspect,
  { addressesOf, handlerOf }: ShowSources,
): ShownObject | undefined {
  const runtimeHandler = handlerOf(inspect.HostConfig.Runtime);
  const sandbox = readSandbox(inspect, { runtimeHandler, podLogsFolder });
  if (sandbox === undefined) return undefined;
  const facts = sandboxFacts(inspect, addressesOf(inspect.Id));
  return { type: "sandbox", record: { sandbox, facts } };
}

async function showContainer(
  inspect: DockerContainerInspect,
  { images }: ShowSources,
  signal: AbortSignal,
): Promise<ShownObject | undefined> {
  const facts = await images.of(inspect.Image, signal);
  const imageLabels = facts?.config.Labels ?? {};
  const container = readContainer(inspect, { image: facts?.image, imageLabels });
  if (container === undefined) return undefined;
  const told = containerFacts(inspect);
  const user = told.pid === 0 ? undefined : await processUser(told.pid);
  return { type: "container", record: { container, facts: { ...told, user } } };
}
