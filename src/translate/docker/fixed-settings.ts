import type { DockerConfig, DockerHostConfig } from "./api.ts";

/** 64 MiB of /dev/shm, as dockershim gave; docker's own default may be set otherwise. */
const shmBytes = 64 * 1024 * 1024;

/** What is the same for everything we create: the kubelet restarts and probes, so docker must not. */
export const fixedConfig: DockerConfig = { Healthcheck: { Test: ["NONE"] } };

/** No init of docker's own: the command is process 1 whatever the daemon's default. */
export const fixedHostConfig: DockerHostConfig = {
  RestartPolicy: { Name: "no" },
  ShmSize: shmBytes,
  Init: false,
};
