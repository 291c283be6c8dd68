/** Versions of the CNI specification that are spoken here, oldest first. */
const spokenVersions = ["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"] as const;

export type CniVersion = (typeof spokenVersions)[number];

/** The spoken versions for messages: `0.1.0, 0.2.0, …`. */
export const spokenVersionsText: string = spokenVersions.join(", ");

/** Whether a text is a version that is spoken here. */
export function isSpokenVersion(text: unknown): text is CniVersion {
  return spokenVersions.some((version) => version === text);
}

/** Whether a version is that one or a newer one. */
export function isAtLeast(version: CniVersion, floor: CniVersion): boolean {
  return spokenVersions.indexOf(version) >= spokenVersions.indexOf(floor);
}

/** Returns the newest of the versions, undefined when there is none. */
export function newestOf(versions: readonly CniVersion[]): CniVersion | undefined {
  return spokenVersions.findLast((version) => versions.includes(version));
}
