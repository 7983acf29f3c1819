import { dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import { absolute } from "../configuration/origin.ts";
import { exportText } from "../configuration/zonecfg/export.ts";
import { infoText } from "../configuration/zonecfg/info.ts";
import {
  orderedGlobals,
  orderedProperties,
  orderedResources,
  tupleText,
} from "../configuration/zonecfg/order.ts";
import { lastPart, report } from "../configuration/zonecfg/report.ts";
import type { ConfigValue, Given, Resource, ZonePart, ZoneSource } from "../configuration/zonecfg/types.ts";
import { xmlText } from "../configuration/zonecfg/xml.ts";
import { lineOf } from "../features/places.ts";
import { paint } from "./colour.ts";
import type { ResolveOptions } from "./options.ts";

type Print = (text: string) => void;

/** `resolve` of a command file: what zonecfg(8) would have in memory where it stops reading. */
export function resolveZone(path: string, text: string, options: ResolveOptions, print: Print): number {
  const platform = options.platform ?? "illumos";
  const dialect = dialects[platform];
  const source: ZoneSource = { path, text, sections: ZoneDocument.parse(text, dialect).sections };
  const result = report(source, dialect, platform);
  const code = result.accepted ? 0 : 1;
  if (options.format === "json") {
    print(`${JSON.stringify(result, undefined, 2)}\n`);
    return code;
  }
  for (const error of result.errors)
    process.stderr.write(`${paint("red", "error")}: line ${error.line}: ${error.message}\n`);
  if (result.droppedAtEof)
    process.stderr.write(`line ${result.droppedAtEof.line}: not run, for its line end is missing\n`);
  const part = lastPart(source, platform);
  if (part) PRINT[options.format](part, print);
  return code;
}

const PRINT: Readonly<
  Record<Exclude<ResolveOptions["format"], "json">, (part: ZonePart, print: Print) => void>
> = {
  text: (part, print) => {
    print(
      `${paint("bold", part.name ?? "zone")}${part.base === "unknown" ? " (and what it has already)" : ""}\n`,
    );
    for (const [name, given] of orderedGlobals(part)) print(`  ${line(name, [given])}\n`);
    for (const resource of orderedResources(part)) printResource(resource, "  ", print);
  },
  export: (part, print) => print(exportText(part)),
  info: (part, print) => print(infoText(part)),
  xml: (part, print) => print(xmlText(part)),
};

function printResource(resource: Resource, indent: string, print: Print) {
  print(`${indent}${resource.type}\n`);
  for (const [name, values] of orderedProperties(resource)) print(`${indent}  ${line(name, values)}\n`);
  for (const nested of resource.nested) printResource(nested, `${indent}  `, print);
}

/** A property, its values, and the lines or the template that they come from. */
function line(name: string, values: readonly Given[]): string {
  const from = new Set(
    values.map(({ origin, template }) => {
      if (!origin) return template === undefined ? "" : `template ${template}`;
      return `line ${lineOf(origin.document, absolute(origin).start)}`;
    }),
  );
  const where = [...from].filter((place) => place !== "").join(", ");
  return `${name}: ${values.map(({ value }) => shown(value)).join(" ")}${where ? `  ${paint("gray", `# ${where}`)}` : ""}`;
}

function shown(value: ConfigValue): string {
  if (typeof value === "string") return /^[^\s";]+$/.test(value) ? value : JSON.stringify(value);
  return "list" in value ? `[${value.list.map(shown).join(",")}]` : tupleText(value);
}
