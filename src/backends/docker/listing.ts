import type {
  DockerContainerInspect,
  DockerContainerListEntry,
} from "../../translate/docker/api.ts";

/** The container's name in a list, without docker's slash. */
export function nameOfListing(entry: DockerContainerListEntry): string {
  return entry.Names?.[0]?.replace(/^\//, "") ?? "";
}

/**
 * What a list tells of a container, in the form of an inspect: for one that docker lists and cannot show. Left out, it would be
 * taken for removed. The start is unknown, so it is the creation, which gives way to any better knowledge.
 */
export function inspectOfListing(entry: DockerContainerListEntry): DockerContainerInspect {
  const created = new Date(entry.Created * 1000).toISOString();
  const hasStarted = entry.State !== "created";
  const hasEnded = entry.State === "exited" || entry.State === "dead";
  return {
    Id: entry.Id,
    Name: `/${nameOfListing(entry)}`,
    Created: created,
    Image: entry.ImageID ?? "",
    State: {
      Status: entry.State,
      Running: hasStarted && !hasEnded,
      ...(hasStarted && { StartedAt: created }),
      ...(hasEnded && { FinishedAt: created, ExitCode: 255 }),
    },
    Config: { Labels: entry.Labels ?? {}, Image: entry.Image ?? "" },
    HostConfig: {},
  };
}
