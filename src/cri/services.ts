import type { PackageDefinition } from "@grpc/proto-loader";
import { imageService, imageServiceName } from "./image-service.ts";
import { type CriParts, runtimeService, runtimeServiceName } from "./runtime-service.ts";
import type { ServiceTable } from "./service.ts";

/** Returns both services of the CRI by their full names. */
export function criServices(
  parts: CriParts,
  protocol: PackageDefinition,
): Readonly<Record<string, ServiceTable>> {
  return {
    [runtimeServiceName]: runtimeService(parts, protocol),
    [imageServiceName]: imageService(parts.runtime, protocol),
  };
}
