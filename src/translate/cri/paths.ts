import { refuse } from "./refuse.ts";
import { decodeLine, decodeText } from "./text.ts";

/** Returns an absolute path. Throws CriError InvalidArgument. */
export function decodeAbsolutePath(text: string, path: string): string {
  const rule = text === "" ? "must not be empty" : "must be an absolute path";
  return text.startsWith("/") ? decodeText(text, path) : refuse(path, rule);
}

/** Returns an absolute path or "". Throws CriError InvalidArgument. */
export function decodeOptionalAbsolutePath(text: string, path: string): string {
  return text === "" ? text : decodeAbsolutePath(text, path);
}

/** Returns a relative path that stays below wherever it begins, or "". Throws CriError InvalidArgument. */
export function decodePathBelow(text: string, path: string): string {
  if (text.startsWith("/")) return refuse(path, "must be a relative path");
  return decodeText(withoutParents(text, path), path);
}

/** Returns a log folder: absolute, or "" where nothing is logged. Throws CriError InvalidArgument. */
export function decodeLogDirectory(text: string, path: string): string {
  return decodeLine(withoutParents(decodeOptionalAbsolutePath(text, path), path), path);
}

/** Returns a log file's path below the log folder, or "". Throws CriError InvalidArgument. */
export function decodeLogPath(text: string, path: string): string {
  const below = decodeLine(decodePathBelow(text, path), path);
  return /(^|\/)\.?$/.test(below) && below !== ""
    ? refuse(path, "must name a file in log_directory")
    : below;
}

/** Returns a cgroup: absolute as cgroupfs has it, a slice's name, or "". Throws CriError InvalidArgument. */
export function decodeCgroupParent(text: string, path: string): string {
  if (text !== "" && !text.startsWith("/") && !/^[^/]+\.slice$/.test(text)) {
    return refuse(path, "must be an absolute path or the name of a slice");
  }
  return decodeLine(withoutParents(text, path), path);
}

function withoutParents(text: string, path: string): string {
  return text.split("/").includes("..") ? refuse(path, 'must not contain ".."') : text;
}
