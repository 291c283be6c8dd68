import { readFile } from "node:fs/promises";

/**
 * Returns whether `lo` is up in the network namespace of a process; false when the process is gone. Told by the kernel's routes
 * (net/ipv4/fib_trie.c): the address comes with the interface's rise, and no other of its files in /proc says so.
 */
export async function isLoopbackUp(pid: number): Promise<boolean> {
  try {
    const routes = await readFile(`/proc/${pid}/net/fib_trie`, "latin1");
    return routes.includes("-- 127.0.0.1\n");
  } catch {
    return false;
  }
}
