declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** The full id of a pod sandbox: 64 lower-case hex digits. */
export type PodSandboxId = Branded<"PodSandboxId">;
/** The full id of a container: 64 lower-case hex digits. */
export type ContainerId = Branded<"ContainerId">;
/** An image id as every API of ours shows it: `sha256:` and 64 hex digits. */
export type ImageId = Branded<"ImageId">;
/** The engines that there can be; a sandbox stays on one for its whole life. */
export type EngineName = "docker" | "runc";

/** Marks a string that an engine or our own state vouches for as a sandbox id; does not check it. */
export function podSandboxId(id: string): PodSandboxId {
  return id as PodSandboxId;
}

/** Marks a string that an engine or our own state vouches for as a container id; does not check it. */
export function containerId(id: string): ContainerId {
  return id as ContainerId;
}

/** Marks a string that an engine vouches for as an image id; does not check it. */
export function imageId(id: string): ImageId {
  return id as ImageId;
}
