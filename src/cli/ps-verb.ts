import { endpointFlags, type Session, withEndpoint } from "./endpoint.ts";
import { fullName } from "./find.ts";
import { inventory, type ListedContainer, type ListedPod } from "./inventory.ts";
import { duration, shortId, table } from "./table.ts";
import type { Verb } from "./verb.ts";

/** Lists pods, each followed by its containers. */
export const verb: Verb = {
  usage: "ps [FLAGS]",
  flags: endpointFlags,
  least: 0,
  most: 0,
  prepare: ({ values }) => withEndpoint(values, list),
};

const headings = ["POD", "CONTAINER", "ID", "STATE", "ATTEMPT", "AGE", "IMAGE"];

async function list(session: Session): Promise<number> {
  const pods = await inventory(session);
  const { json, terminal } = session;
  await terminal.out(json ? `${JSON.stringify(pods, plain, 2)}\n` : table(rows(pods)));
  return 0;
}

function rows(pods: readonly ListedPod[]): readonly (readonly string[])[] {
  const nowNanos = BigInt(Date.now()) * 1_000_000n;
  const containerRow = (pod: ListedPod, container: ListedContainer): readonly string[] => [
    fullName(pod),
    container.name,
    shortId(container.id),
    container.state,
    `${container.attempt}`,
    duration(nowNanos - container.createdAtNanos),
    container.image.startsWith("sha256:") ? shortId(container.image) : container.image,
  ];
  const podRow = (pod: ListedPod): readonly string[] => [
    fullName(pod),
    "",
    shortId(pod.id),
    pod.ready ? "Ready" : "NotReady",
    `${pod.attempt}`,
    duration(nowNanos - pod.createdAtNanos),
    "",
  ];
  return [
    headings,
    ...pods.flatMap((pod) => [
      podRow(pod),
      ...pod.containers.map((each) => containerRow(pod, each)),
    ]),
  ];
}

/** JSON has no big integers: nanoseconds are texts. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}` : value;
}
