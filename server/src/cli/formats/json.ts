import type { TextRange } from "@zonewarden/grammars/common/range";
import { type Checked, count, type Lines } from "../checked.ts";

/** The JSON of `check`: one document, zero-based lines and characters as in LSP. */
export function json({ files, host, nameOf, sourceOf }: Checked): string {
  const document = {
    version: 1,
    host: { name: host.name, described: host.described },
    files: files.map((file) => ({
      path: file.path,
      language: file.language,
      diagnostics: file.diagnostics.map((diagnostic) => ({
        code: diagnostic.code,
        severity: diagnostic.severity,
        message: diagnostic.message,
        range: range(file.source, diagnostic.range),
        related: diagnostic.related.flatMap((related) => {
          const source = sourceOf(related.path, file);
          return source
            ? [{ path: nameOf(related.path), range: range(source, related.range), message: related.message }]
            : [];
        }),
        docs: diagnostic.docs,
      })),
    })),
    summary: {
      errors: count(files, "error"),
      warnings: count(files, "warning"),
      information: count(files, "information"),
      hints: count(files, "hint"),
    },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function range(source: Lines, { start, end }: TextRange) {
  return { start: source.positionAt(start), end: source.positionAt(end) };
}
