/** The environment variables by which the runner tells a fault's test where and how to run. */
export const folderVariable = "CRI_FERRY_FAULTS_FOLDER";
export const fullVariable = "CRI_FERRY_FAULTS_FULL";

/** The folder of this run's own; throws outside of the runner, whose namespaces protect the machine from the faults. */
export function faultsFolder(): string {
  const folder = process.env[folderVariable] ?? "";
  if (folder === "") throw new Error("fault tests run by: npm run faults");
  return folder;
}

/** Returns the number that CI uses, or with `--full` the one that the fault is written with. */
export function amount(short: number, full: number): number {
  return isFull() ? full : short;
}

/** Whether what is written is run, not the short form. */
export function isFull(): boolean {
  return process.env[fullVariable] === "1";
}
