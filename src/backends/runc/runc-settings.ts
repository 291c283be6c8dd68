import type { CgroupDriver } from "../../model/runtime.ts";

/** A program that makes containers by the OCI runtime's command line (opencontainers/runtime-tools, command-line-interface.md). */
export interface OciRuntimeSettings {
  /** Empty for the default one. */
  readonly handler: string;
  /** The program: a name for PATH, or a path. */
  readonly path: string;
  /** Its folder of states, `--root`. */
  readonly root: string;
}

export interface RuncSettings {
  /** What must survive a reboot: records, writable layers. */
  readonly root: string;
  /** What lives as long as the machine runs: bundles, namespaces, exit codes. */
  readonly run: string;
  readonly cgroupDriver: CgroupDriver;
  /** The default one first. */
  readonly runtimes: readonly [OciRuntimeSettings, ...OciRuntimeSettings[]];
  readonly conmon: string;
  readonly sandboxImage: string;
}
