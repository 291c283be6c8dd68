import type { Lacks } from "./features.ts";
import type { SuiteImages } from "./images.ts";

/** What a group of the suite is told by the runner, through the environment. */
export interface Subject {
  readonly endpoint: string;
  readonly imageEndpoint: string;
  /** For logs and mounts; on a file system that the endpoint sees under the same path. */
  readonly workFolder: string;
  readonly images: SuiteImages;
  readonly lacks: Lacks;
}

/** The environment variable that carries the subject as JSON. */
export const subjectVariable = "CRI_CONFORMANCE_SUBJECT";
