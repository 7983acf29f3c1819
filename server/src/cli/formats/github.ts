import type { Severity } from "../../validation/rule.ts";
import type { Checked } from "../checked.ts";

const COMMAND: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  information: "notice",
  hint: "notice",
};

/** Workflow commands of GitHub Actions, which become annotations in a pull request. */
export function github({ files }: Checked): string {
  let out = "";
  for (const file of files)
    for (const diagnostic of file.diagnostics) {
      const start = file.source.positionAt(diagnostic.range.start);
      const end = file.source.positionAt(diagnostic.range.end);
      const properties = [
        `file=${property(file.path)}`,
        `line=${start.line + 1}`,
        `endLine=${end.line + 1}`,
        // Columns are only taken for places on one line.
        ...(start.line === end.line ? [`col=${start.character + 1}`, `endColumn=${end.character + 1}`] : []),
        `title=${property(diagnostic.code)}`,
      ];
      out += `::${COMMAND[diagnostic.severity]} ${properties.join(",")}::${data(diagnostic.message)}\n`;
    }
  return out;
}

const data = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
