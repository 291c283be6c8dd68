import type { HugepageLimit, LinuxResources } from "../../model/resources.ts";
import type { EngineFacts } from "./engine.ts";
import { cannot, invalid } from "./refusal.ts";

/** A cgroup file to write because docker's API has no field for it; after the start and after each docker update. */
export interface CgroupWrite {
  /** The v1 controller in whose hierarchy it lies; `unified` on cgroup v2. */
  readonly controller: string;
  readonly file: string;
  readonly value: string;
  /** An upper bound: a parent that enforces as little or less already makes a refused write good. */
  readonly upperBound: boolean;
  /** false: a kernel without the file is no error, as there is nothing that could be limited. */
  readonly required: boolean;
}

/**
 * Returns the writes for hugepage limits and unified values. The kubelet limits every page size to 0 in every container, so a
 * kernel without the hugetlb controller must do. Throws FailedPrecondition for unified values on cgroup v1, InvalidArgument for
 * what is no cgroup file's name or a page size.
 */
export function cgroupWrites(wanted: LinuxResources, engine: EngineFacts): readonly CgroupWrite[] {
  const unified = Object.entries(wanted.unified);
  if (unified.length > 0 && engine.cgroupVersion === 1)
    throw cannot("resources.unified", "needs cgroup v2; this node has v1");
  return [
    ...wanted.hugepageLimits.map((limit) => hugepageWrite(limit, engine)),
    ...unified.map(([file, value]) => unifiedWrite(file, value)),
  ];
}

/** Documentation/admin-guide/cgroup-v1/hugetlb.rst and cgroup-v2.rst, HugeTLB. */
function hugepageWrite({ pageSize, limitBytes }: HugepageLimit, engine: EngineFacts): CgroupWrite {
  if (!/^\d+[KMGT]?B$/.test(pageSize))
    throw invalid("resources.hugepageLimits", `${pageSize} is no page size such as 2MB or 1GB`);
  const v2 = engine.cgroupVersion === 2;
  return {
    controller: v2 ? "unified" : "hugetlb",
    file: `hugetlb.${pageSize}.${v2 ? "max" : "limit_in_bytes"}`,
    value: String(limitBytes),
    upperBound: true,
    required: false,
  };
}

/** A controller's own file: nothing that leaves the folder, and none of cgroup.procs, cgroup.kill and their like. */
const unifiedFile = /^(?!cgroup\.(?!max\.))[a-z0-9_]+(\.[a-zA-Z0-9_]+)+$/;

function unifiedWrite(file: string, value: string): CgroupWrite {
  if (!unifiedFile.test(file))
    throw invalid("resources.unified", `${file} is no cgroup v2 setting`);
  return {
    controller: "unified",
    file,
    value,
    upperBound: file.endsWith(".max") || file.endsWith(".high"),
    required: true,
  };
}
