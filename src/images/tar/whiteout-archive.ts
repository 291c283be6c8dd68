import { blockBytes, paddingAfter } from "./tar-header.ts";
import { paxRecord, tarHeader } from "./tar-writer.ts";

/** A folder as it is on the disk, to be written once more with a mark on it. */
export interface MarkedFolder {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedAtSeconds: number;
}

/** How overlay says that a name is gone, and that a folder hides all below (Documentation/filesystems/overlayfs.rst). */
const opaqueRecord = paxRecord("SCHILY.xattr.trusted.overlay.opaque", "y");

/** Returns a tar with overlay's marks: a device 0:0 for each name that is gone, an attribute for each folder that hides all below. */
export function whiteoutArchive(
  hidden: readonly string[],
  opaque: readonly MarkedFolder[],
): Buffer {
  const members = [
    ...hidden.flatMap((path) => member({ path, type: "3", records: [] })),
    ...opaque.flatMap((folder) => member({ ...folder, type: "5", records: [opaqueRecord] })),
  ];
  return Buffer.concat([...members, Buffer.alloc(2 * blockBytes)]);
}

interface Member extends Partial<Omit<MarkedFolder, "path">> {
  readonly path: string;
  readonly type: "3" | "5";
  readonly records: readonly string[];
}

/** A pax header with whatever may be too long for the header, then the header. */
function member(entry: Member): readonly Buffer[] {
  const pax = Buffer.from([paxRecord("path", entry.path), ...entry.records].join(""));
  const extension = tarHeader({ path: "pax", type: "x", sizeBytes: pax.length });
  return [
    extension,
    pax,
    Buffer.alloc(paddingAfter(pax.length)),
    tarHeader({ ...entry, sizeBytes: 0 }),
  ];
}
