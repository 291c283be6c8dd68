/** What happens to a container or a sandbox, in the order of a life. */
export type ContainerEventType = "CREATED" | "STARTED" | "STOPPED" | "DELETED";
