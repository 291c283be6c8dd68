import type { SecurityProfile, SelinuxOptions } from "../../model/security.ts";
import { type Fields, refused } from "./fields.ts";

const profileTypes = ["RuntimeDefault", "Unconfined", "Localhost"] as const;

/** Reads `seccompProfile`; a local profile lies under the kubelet's seccomp folder. undefined: nothing was said. */
export function readSeccomp(context: Fields, folder: string): SecurityProfile | undefined {
  const profile = context.object("seccompProfile");
  if (profile === undefined) return undefined;
  const type = profile.word("type", profileTypes);
  const local = profile.text("localhostProfile");
  profile.end();
  if (type === undefined) throw refused(profile.at("type"), "is needed");
  if (type !== "Localhost") return { type };
  if (local === undefined || local.startsWith("/") || local.split("/").includes("..")) {
    throw refused(profile.at("localhostProfile"), `must be a file below ${folder}`);
  }
  return { type, ref: `${folder}/${local}` };
}

/** Reads `appArmorProfile`; a local profile is the name of a loaded one. undefined: nothing was said. */
export function readAppArmor(context: Fields): SecurityProfile | undefined {
  const profile = context.object("appArmorProfile");
  if (profile === undefined) return undefined;
  const type = profile.word("type", profileTypes);
  const local = profile.text("localhostProfile");
  profile.end();
  if (type === undefined) throw refused(profile.at("type"), "is needed");
  if (type !== "Localhost") return { type };
  if (local === undefined || local === "")
    throw refused(profile.at("localhostProfile"), "is needed");
  return { type, ref: local };
}

/** Reads `seLinuxOptions`; undefined: nothing was said. */
export function readSelinux(context: Fields): SelinuxOptions | undefined {
  const options = context.object("seLinuxOptions");
  if (options === undefined) return undefined;
  const part = (name: string): string => options.text(name) ?? "";
  const selinux = {
    user: part("user"),
    role: part("role"),
    type: part("type"),
    level: part("level"),
  };
  options.end();
  return selinux;
}
