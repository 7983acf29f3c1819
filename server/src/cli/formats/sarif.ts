import type { TextRange } from "@zonewarden/grammars/common/range";
import { allRules } from "../../languages/index.ts";
import { documentationUrl, type Severity } from "../../validation/rule.ts";
import { version } from "../../version.ts";
import type { Checked, Lines } from "../checked.ts";

const LEVEL: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  information: "note",
  hint: "note",
};

/** SARIF 2.1.0: the findings with the rules that they come from. */
export function sarif({ files, nameOf, sourceOf }: Checked): string {
  const codes = [...new Set(files.flatMap((file) => file.diagnostics.map((d) => d.code)))].sort();
  const results = files.flatMap((file) =>
    file.diagnostics.map((diagnostic) => ({
      ruleId: diagnostic.code,
      ruleIndex: codes.indexOf(diagnostic.code),
      level: LEVEL[diagnostic.severity],
      message: { text: diagnostic.message },
      locations: [{ physicalLocation: location(file.path, file.source, diagnostic.range) }],
      relatedLocations: diagnostic.related.flatMap((related, id) => {
        const source = sourceOf(related.path, file);
        if (!source) return [];
        const physicalLocation = location(nameOf(related.path), source, related.range);
        return [{ id, physicalLocation, message: { text: related.message } }];
      }),
    })),
  );
  const document = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Zonewarden",
            version,
            informationUri: "https://github.com/zonewarden/zonewarden",
            rules: codes.map((code) => ({
              id: code,
              shortDescription: { text: allRules.get(code)?.rule.title ?? code },
              fullDescription: { text: allRules.get(code)?.rule.explanation ?? code },
              helpUri: documentationUrl(code),
              defaultConfiguration: { level: LEVEL[allRules.get(code)?.rule.severity ?? "error"] },
            })),
          },
        },
        columnKind: "utf16CodeUnits",
        results,
      },
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function location(path: string, source: Lines, range: TextRange) {
  const start = source.positionAt(range.start);
  const end = source.positionAt(range.end);
  return {
    artifactLocation: { uri: encodeURI(path) },
    region: {
      startLine: start.line + 1,
      startColumn: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    },
  };
}
