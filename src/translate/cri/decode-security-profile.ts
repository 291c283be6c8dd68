import type { SecurityProfileOutput } from "../../gen/runtime/v1/SecurityProfile.ts";
import type { SecurityProfile } from "../../model/security.ts";
import { decodeAbsolutePath } from "./paths.ts";
import { refuse } from "./refuse.ts";
import { decodeName } from "./text.ts";

/** A profile as requests carry it: the message and, from older callers, a text that says the same. The message wins. */
interface ProfileFields {
  readonly profile: SecurityProfileOutput | null;
  readonly profilePath: string;
  readonly legacy: string;
  readonly legacyPath: string;
}

const local = "localhost/";

/** Translates a seccomp profile, whose reference is a file on this node. Throws CriError InvalidArgument. */
export function decodeSeccomp(fields: ProfileFields): SecurityProfile | undefined {
  return decodeProfile(fields, decodeAbsolutePath);
}

/** Translates an AppArmor profile, whose reference is the name of a loaded one. Throws CriError InvalidArgument. */
export function decodeApparmor(fields: ProfileFields): SecurityProfile | undefined {
  return decodeProfile(fields, decodeName);
}

type RefDecoder = (ref: string, path: string) => string;

function decodeProfile(fields: ProfileFields, decodeRef: RefDecoder): SecurityProfile | undefined {
  const { profile, profilePath, legacy, legacyPath } = fields;
  if (profile !== null) return decodeMessage(profile, profilePath, decodeRef);
  switch (legacy) {
    case "":
      return undefined;
    case "runtime/default":
    case "docker/default":
      return { type: "RuntimeDefault" };
    case "unconfined":
      return { type: "Unconfined" };
    default:
      if (legacy.startsWith(local)) return decodeLocal(legacy, legacyPath, decodeRef);
      return refuse(legacyPath, "must be runtime/default, unconfined or localhost/ and a profile");
  }
}

function decodeMessage(
  { profileType, localhostRef }: SecurityProfileOutput,
  path: string,
  decodeRef: RefDecoder,
): SecurityProfile {
  const refPath = `${path}.localhost_ref`;
  switch (profileType) {
    case "RuntimeDefault":
    case "Unconfined":
      if (localhostRef !== "") return refuse(refPath, "must be empty unless the type is Localhost");
      return { type: profileType };
    case "Localhost":
      return decodeLocal(localhostRef, refPath, decodeRef);
    default:
      return refuse(
        `${path}.profile_type`,
        `${String(profileType)} is not known: must be one of RuntimeDefault, Unconfined, Localhost`,
      );
  }
}

/** Callers that grew up with the text form write its prefix into the message too. */
function decodeLocal(text: string, path: string, decodeRef: RefDecoder): SecurityProfile {
  const ref = text.startsWith(local) ? text.slice(local.length) : text;
  return { type: "Localhost", ref: decodeRef(ref, path) };
}
