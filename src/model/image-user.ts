import type { ContainerUser } from "./container.ts";
import { CriError } from "./error.ts";

interface ImageUserInput {
  /** `uid`, `name`, `uid:gid`, `name:group` …; empty: root. */
  readonly user: string;
  /** Text of the image's /etc/passwd; empty when it has none. */
  readonly passwd: string;
  /** Text of the image's /etc/group; empty when it has none. */
  readonly group: string;
}

/**
 * Returns the ids that the image's files give a user: passwd(5), group(5). A number without an entry has group 0, as docker and
 * containerd have it. Throws FailedPrecondition for a name that is not there.
 */
export function resolveImageUser({ user, passwd, group }: ImageUserInput): ContainerUser {
  const [userText = "", groupText] = (user === "" ? "0" : user).split(":");
  const entry = rows(passwd).find(([name, , uid]) => name === userText || uid === userText);
  const groups = rows(group);
  const uid = number(entry?.[2]) ?? number(userText);
  if (uid === undefined) throw notThere(`${userText} is not in the image's /etc/passwd`);
  const gid = groupText === undefined ? (number(entry?.[3]) ?? 0) : groupId(groupText, groups);
  const name = entry?.[0];
  const memberships = groups
    .filter(([, , , members]) => name !== undefined && (members ?? "").split(",").includes(name))
    .map(([, , id]) => number(id))
    .filter((id) => id !== undefined);
  return { uid, gid, supplementalGroups: [...new Set(memberships)] };
}

function groupId(text: string, groups: readonly (readonly string[])[]): number {
  const gid = number(groups.find(([name]) => name === text)?.[2]) ?? number(text);
  if (gid === undefined) throw notThere(`${text} is not in the image's /etc/group`);
  return gid;
}

/** Lines of colon-separated fields; blank lines and comments hold none. */
function rows(text: string): readonly (readonly string[])[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(":"));
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function notThere(reason: string): CriError {
  return new CriError("FailedPrecondition", `user: ${reason}`);
}
