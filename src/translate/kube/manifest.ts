import { type Document, parseAllDocuments } from "yaml";
import { CriError, messageOf } from "../../model/error.ts";

/** Parses the text of a manifest, YAML or JSON; throws InvalidArgument with the line for a text that is neither, or that holds more than one object. */
export function parseManifest(text: string): unknown {
  const documents = parseAllDocuments(text, { prettyErrors: true });
  const [document, ...others] = Array.isArray(documents) ? documents : [];
  if (document === undefined) throw new CriError("InvalidArgument", "the manifest is empty");
  const error = [document, ...others].flatMap(({ errors }) => errors)[0];
  if (error !== undefined) {
    throw new CriError("InvalidArgument", error.message.split("\n", 1)[0] ?? error.message);
  }
  if (others.length > 0)
    throw new CriError("InvalidArgument", "the manifest must hold one pod, not several");
  return plainValue(document);
}

/** Resolving aliases can fail as well: their number is bounded against texts that blow up. */
function plainValue(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (thrown) {
    throw new CriError("InvalidArgument", `the manifest: ${messageOf(thrown)}`, { cause: thrown });
  }
}
