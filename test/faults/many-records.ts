import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ContainerRecord } from "../../src/backends/backend.ts";
import { containerId, type PodSandboxId, podSandboxId } from "../../src/model/ids.ts";
import type { Stored } from "../../src/runtime/record-table.ts";
import { seal, unseal } from "../../src/state/envelope.ts";
import type { NodeUnderTest } from "./node-under-test.ts";

/** How many copies of which container, and whether each is in a sandbox of its own, which is not recorded. */
interface Copies {
  readonly original: string;
  readonly count: number;
  readonly apart?: boolean;
}

/**
 * Records copies of a container, each with an id and a name of its own, as the daemon would have; the engine has none of them. To be
 * called while no daemon runs. Returns their ids.
 */
export async function recordCopies(
  node: NodeUnderTest,
  { original, count, apart = false }: Copies,
): Promise<readonly string[]> {
  const folder = join(node.folder, "ferry", "root", "containers");
  const text = await readFile(join(folder, `${original}.json`), "utf8");
  const stored = unseal("container", text) as Stored<ContainerRecord>;
  const ids = Array.from({ length: count }, () => randomBytes(32).toString("hex"));
  const lanes = Array.from({ length: 16 }, async (_, lane) => {
    for (let index = lane; index < count; index += 16) {
      const id = ids[index] ?? "";
      const sandboxId = apart ? podSandboxId(id) : stored.record.container.sandboxId;
      const copy = copyOf(stored, { id, sandboxId, name: `copy-${index}` });
      await writeFile(join(folder, `${id}.json`), seal("container", copy), { mode: 0o600 });
    }
  });
  await Promise.all(lanes);
  return ids;
}

interface Copy {
  readonly id: string;
  readonly sandboxId: PodSandboxId;
  readonly name: string;
}

function copyOf(
  { requestDigest, record }: Stored<ContainerRecord>,
  { id, sandboxId, name }: Copy,
): Stored<ContainerRecord> {
  const { container, facts } = record;
  const config = { ...container.config, metadata: { name, attempt: 0 } };
  const copy = { ...container, id: containerId(id), sandboxId, config };
  return { id, requestDigest, record: { container: copy, facts } };
}
