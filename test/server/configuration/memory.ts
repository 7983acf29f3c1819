import { JailDocument } from "@zonewarden/grammars/jail-conf/document";
import { byteOrder, globTest } from "@zonewarden/server/configuration/jail-conf/glob";
import type { SourceDocument, Sources } from "@zonewarden/server/configuration/jail-conf/sources";

/** Files held in memory, as a source of configurations. A file that is set again is parsed anew. */
export class MemorySources implements Sources {
  private readonly documents = new Map<string, SourceDocument>();

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [path, text] of Object.entries(files)) this.set(path, text);
  }

  set(path: string, text: string): SourceDocument {
    const { sections } = JailDocument.parse(text);
    const document = { path, text, sections };
    this.documents.set(path, document);
    return document;
  }

  open(path: string): SourceDocument | undefined {
    return this.documents.get(normalise(path));
  }

  glob(pattern: string): readonly string[] {
    const test = globTest(normalise(pattern));
    return [...this.documents.keys()].filter(test).sort(byteOrder);
  }
}

/** A path without `.` and `..`. */
function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/"))
    if (part === ".." && parts.length > 0) parts.pop();
    else if (part !== ".") parts.push(part);
  return parts.join("/");
}
