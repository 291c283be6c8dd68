import type { ContainerSecurityContext } from "../../model/security.ts";
import type { ContainerCreateInput, CreatePart } from "./container-create-input.ts";
import { cannot, idText, invalid } from "./refusal.ts";

/*
 * Docker adds the groups that the image's /etc/group gives a user exactly when the group is left out (moby/sys/user
 * GetExecUser; tried on 20.10). So an explicit `uid:gid` is the policy Strict, a bare `uid` is Merge; Strict without a group, and
 * Merge with one, need to know what the image's files say.
 */

/** Whether the create needs `imageUser`: the caller then reads the image's /etc/passwd and /etc/group. */
export function needsImageUser(security: ContainerSecurityContext): boolean {
  const groupGiven = security.runAsGroup !== undefined;
  return security.supplementalGroupsPolicy === "Strict" ? !groupGiven : groupGiven;
}

/**
 * Returns the user and groups. Throws InvalidArgument for a group without a user (the CRI demands it), FailedPrecondition for
 * policy Strict where the user's primary group is not known, and for numbers too large for docker.
 */
export function userPart(input: ContainerCreateInput): CreatePart {
  const { security } = input.config;
  const user = userField(input);
  const groups = new Set(security.supplementalGroups);
  if (security.supplementalGroupsPolicy === "Merge" && security.runAsGroup !== undefined)
    for (const group of input.imageUser?.supplementalGroups ?? []) groups.add(group);
  return {
    ...(user === "" ? {} : { config: { User: user } }),
    ...(groups.size === 0
      ? {}
      : {
          hostConfig: {
            GroupAdd: [...groups].map((group) => idText("security.supplementalGroups", group)),
          },
        }),
  };
}

function userField(input: ContainerCreateInput): string {
  const { security } = input.config;
  const user = namedUser(security);
  if (security.runAsGroup !== undefined) {
    if (user === "") throw invalid("security.runAsGroup", "needs runAsUser or runAsUsername");
    return `${user}:${idText("security.runAsGroup", security.runAsGroup)}`;
  }
  if (security.supplementalGroupsPolicy === "Merge") return user;
  if (input.imageUser === undefined)
    throw cannot(
      "security.supplementalGroupsPolicy",
      "Strict needs runAsGroup, as the user's primary group in the image is not known",
    );
  const { uid, gid } = input.imageUser;
  return `${user === "" ? uid : user}:${gid}`;
}

/** Empty: the image's. */
function namedUser({ runAsUser, runAsUsername }: ContainerSecurityContext): string {
  if (runAsUser !== undefined) return idText("security.runAsUser", runAsUser);
  return runAsUsername ?? "";
}
