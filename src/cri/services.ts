import type { PackageDefinition } from "@grpc/proto-loader";
import type { Runtime } from "../runtime/runtime.ts";
import { imageService, imageServiceName } from "./image-service.ts";
import { runtimeService, runtimeServiceName } from "./runtime-service.ts";
import type { ServiceTable } from "./service.ts";

/** Returns both services of the CRI by their full names, answered by this runtime. */
export function criServices(
  runtime: Runtime,
  protocol: PackageDefinition,
): Readonly<Record<string, ServiceTable>> {
  return {
    [runtimeServiceName]: runtimeService(runtime, protocol),
    [imageServiceName]: imageService(runtime, protocol),
  };
}
