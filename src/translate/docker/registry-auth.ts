import type { RegistryAuth } from "../../model/image.ts";

/**
 * Returns the X-Registry-Auth header of a pull: docker's JSON in base64 with the URL alphabet and padding, which dockerd
 * insists on. undefined for an anonymous pull.
 */
export function registryAuthHeader(auth: RegistryAuth): string | undefined {
  if (auth.type === "anonymous") return undefined;
  const json = JSON.stringify(authConfig(auth));
  return Buffer.from(json).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

function authConfig(auth: Exclude<RegistryAuth, { type: "anonymous" }>): Record<string, string> {
  const serveraddress = auth.serverAddress;
  switch (auth.type) {
    case "basic":
      return { username: auth.username, password: auth.password, serveraddress };
    case "identityToken":
      return { identitytoken: auth.identityToken, serveraddress };
    case "registryToken":
      return { registrytoken: auth.registryToken, serveraddress };
  }
}
