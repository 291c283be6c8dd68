import type { AuthConfigOutput } from "../../gen/runtime/v1/AuthConfig.ts";
import type { RegistryAuth } from "../../model/image.ts";
import { refuse } from "./refuse.ts";
import { decodeLine } from "./text.ts";

/**
 * Translates credentials. Of several kinds the most specific counts, as Docker has it: a registry token, an identity token, a
 * user with a password, the same in base64. Throws CriError InvalidArgument, whose message holds no secret.
 */
export function decodeRegistryAuth(wire: AuthConfigOutput | null, path: string): RegistryAuth {
  if (wire === null) return { type: "anonymous" };
  const serverAddress = decodeLine(wire.serverAddress, `${path}.server_address`);
  if (wire.registryToken !== "") {
    const registryToken = decodeLine(wire.registryToken, `${path}.registry_token`);
    return { type: "registryToken", registryToken, serverAddress };
  }
  if (wire.identityToken !== "") {
    const identityToken = decodeLine(wire.identityToken, `${path}.identity_token`);
    return { type: "identityToken", identityToken, serverAddress };
  }
  const pair = decodePair(wire, path);
  return pair === undefined ? { type: "anonymous" } : { type: "basic", ...pair, serverAddress };
}

interface UserPassword {
  readonly username: string;
  readonly password: string;
}

function decodePair(wire: AuthConfigOutput, path: string): UserPassword | undefined {
  if (wire.username !== "") {
    const username = decodeLine(wire.username, `${path}.username`);
    return { username, password: decodeLine(wire.password, `${path}.password`) };
  }
  if (wire.auth !== "") return decodeBase64Pair(wire.auth, `${path}.auth`);
  return wire.password === ""
    ? undefined
    : refuse(`${path}.username`, "must not be empty when password is set");
}

/** Docker's command line trims NUL from the password's end, so clients may send it. */
function decodeBase64Pair(text: string, path: string): UserPassword {
  const rule = "must be base64 of a user, a colon and a password";
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return refuse(path, rule);
  const pair = Buffer.from(text, "base64").toString("utf8").replace(/\0+$/, "");
  const colon = pair.indexOf(":");
  if (colon < 1) return refuse(path, rule);
  return {
    username: decodeLine(pair.slice(0, colon), path),
    password: decodeLine(pair.slice(colon + 1), path),
  };
}
