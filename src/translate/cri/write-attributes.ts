import type { Container } from "../../model/container.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import { MessageWriter } from "./message-writer.ts";

const known = new WeakMap<Container | PodSandbox, Buffer>();

/** Returns the fields of a container's ContainerAttributes, made once: none of them changes in its life. */
export function containerAttributes(container: Container): Buffer {
  const { metadata, labels, annotations } = container.config;
  return once(container, (writer) => {
    writer.text(1, container.id);
    writer.message(2, () => {
      writer.text(1, metadata.name);
      writer.number(2, BigInt(metadata.attempt));
    });
    writeMap(writer, 3, labels);
    writeMap(writer, 4, annotations);
  });
}

/** Returns the fields of a sandbox's PodSandboxAttributes, made once. */
export function podSandboxAttributes(sandbox: PodSandbox): Buffer {
  const { metadata, labels, annotations } = sandbox.config;
  return once(sandbox, (writer) => {
    writer.text(1, sandbox.id);
    writer.message(2, () => {
      writer.text(1, metadata.name);
      writer.text(2, metadata.uid);
      writer.text(3, metadata.namespace);
      writer.number(4, BigInt(metadata.attempt));
    });
    writeMap(writer, 3, labels);
    writeMap(writer, 4, annotations);
  });
}

function once(of: Container | PodSandbox, write: (writer: MessageWriter) => void): Buffer {
  const made = known.get(of);
  if (made !== undefined) return made;
  const writer = new MessageWriter(1024);
  write(writer);
  // What is kept for long is not to keep a larger buffer.
  const bytes = Buffer.from(writer.finish());
  known.set(of, bytes);
  return bytes;
}

/** A map is a repeated message of key and value (protobuf's encoding guide, "Maps"). */
function writeMap(
  writer: MessageWriter,
  field: number,
  map: Readonly<Record<string, string>>,
): void {
  for (const [key, value] of Object.entries(map)) {
    writer.message(field, () => {
      writer.text(1, key);
      writer.text(2, value);
    });
  }
}
