/** A cgroup file to write because docker's API has no field for it; after the start and after each docker update. */
export interface CgroupWrite {
  /** The v1 controller whose hierarchy it lies in; `unified` on cgroup v2. */
  readonly controller: string;
  readonly file: string;
  readonly value: string;
  /** An upper bound: a parent that already enforces as little or less makes a refused write good. */
  readonly upperBound: boolean;
  /** false: a kernel without the file is no error, as there is nothing that could be limited. */
  readonly required: boolean;
}
