import * as z from "zod/mini";
import { table } from "../src/catalog/page.ts";
import { FREEBSD_ONLY, ILLUMOS_ONLY } from "../src/host/machine/consistency.ts";
import { freshInstallation } from "../src/host/machine/default.ts";
import { hostFile } from "../src/host/machine/definition.ts";
import type { HostProblemKind } from "../src/host/machine/problems.ts";
import { writeTemplate } from "../src/host/machine/template.ts";

/** The part of a JSON schema that the definition of host files makes use of. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The JSON schema of host files for editors, from the definition that validates them. */
export function hostSchema(): Schema {
  const schema = z.toJSONSchema(hostFile, {
    target: "draft-7",
    io: "input",
    override: ({ jsonSchema }) => {
      // VS Code shows only this one with its code marks.
      if (jsonSchema.description !== undefined) jsonSchema["markdownDescription"] = jsonSchema.description;
    },
  });
  const title = "The description of a machine for Zonewarden";
  return { ...schema, title, allowComments: true, allowTrailingCommas: true } as Schema;
}

const PROBLEMS: Readonly<Record<HostProblemKind, string>> = {
  syntax: "The file is no JSON. Comments and a comma behind the last item are allowed.",
  "unknown-key": "There is no such key.",
  missing: "A key is missing that has no default.",
  duplicate: "Something is there twice: a key, a name, an address, a CPU.",
  type: "A value has the wrong type.",
  value: "A value is not possible.",
  reference: "A value names something that is not there: a link, a user, a pool.",
  "wrong-system": "The system has nothing of this kind.",
};

/** The page about host files. */
export function hostPage(): string {
  const { properties = {}, required = [] } = hostSchema();
  const fresh = freshInstallation("freebsd");
  const blocks = [
    "# The host file",
    "`zonewarden.host.json` describes a machine: its hardware, network, storage, kernel, accounts and daemons. Jails and zones are booted on it in the simulation, and checks that depend on the machine know what is there. Without such a file a small server with a fresh FreeBSD is assumed, and what depends on the machine is reported as *information* at most, but for a zonepath or address that zones of one file share.",
    "`zonewarden host init` writes a file to begin with, `zonewarden host check` says what is wrong with one, and `zonewarden host show` prints the machine with everything that the file leaves out. Other commands take the file with `--host`. VS Code completes and validates files called `zonewarden.host.json` or `*.zonewarden.host.json`.",
    "Only `system` is required. What is left out is as on a fresh installation of the release, as far as it fits to what is said: a default route stays if a link reaches its gateway, a dataset if its pool is there. Sizes are bytes, or end with `K`, `M`, `G`, `T` or `P` (powers of 1024).",
    "## Keys",
  ];
  for (const [key, schema] of Object.entries(properties)) {
    if (key === "$schema") continue;
    blocks.push(`### \`${key}\``, schema.description ?? "", facts(key, schema, required, fresh));
    const item = objectIn(schema);
    if (item?.properties) blocks.push(membersTable(item));
  }
  blocks.push(
    "## Problems",
    "What `zonewarden host check` reports, with line and character:",
    table(
      ["Code", "Meaning"],
      Object.entries(PROBLEMS).map(([kind, text]) => [`\`host/${kind}\``, text]),
    ),
    "## The fresh FreeBSD",
    "As `zonewarden host init` writes it:",
    `\`\`\`jsonc\n${writeTemplate(fresh).trimEnd()}\n\`\`\``,
  );
  return `${blocks.filter(Boolean).join("\n\n")}\n`;
}

/** Type, default and where it holds, in one line. */
function facts(
  key: string,
  schema: Schema,
  required: readonly string[],
  fresh: Readonly<Record<string, unknown>>,
): string {
  const value = fresh[key];
  const parts = [typeOf(schema)];
  if (required.includes(key)) parts.push("required");
  else if (key === "memory" || key === "swap") parts.push(`default \`"${Number(value) / 1024 ** 3}G"\``);
  else if (typeof value !== "object" && value !== "" && key !== "name")
    parts.push(`default \`${JSON.stringify(value)}\``);
  if ((FREEBSD_ONLY as readonly string[]).includes(key)) parts.push("FreeBSD only");
  if ((ILLUMOS_ONLY as readonly string[]).includes(key)) parts.push("not on FreeBSD");
  return `Type: ${parts.join("; ")}.`;
}

function membersTable({ properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(([key, schema]) => [
    `\`${key}\``,
    typeOf(schema) + (required.includes(key) ? ", required" : ""),
    schema.description ?? "",
  ]);
  return table(["Key", "Type", "Meaning"], rows);
}

/** The object that a list or a choice is of. */
function objectIn(schema: Schema): Schema | undefined {
  if (schema.type === "object" && schema.properties) return schema;
  return [schema.items, ...(schema.anyOf ?? [])].map((inner) => inner && objectIn(inner)).find(Boolean);
}

/** A type in words. */
function typeOf(schema: Schema): string {
  if (schema.enum) return `one of ${schema.enum.map((value) => `\`${value}\``).join(", ")}`;
  if (schema.anyOf) {
    const kinds = schema.anyOf.map(typeOf);
    return kinds.join() === "whole number,text" ? "size" : kinds.join(" or ");
  }
  if (schema.type === "array")
    return `list of ${PLURAL[typeOf(schema.items ?? {})] ?? typeOf(schema.items ?? {})}`;
  if (schema.type === "object") return "object";
  return WORDS[schema.type ?? ""] ?? "anything";
}

const WORDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "`true` or `false`",
};
const PLURAL: Readonly<Record<string, string>> = {
  text: "texts",
  object: "objects",
  "whole number": "whole numbers",
  "text or object": "texts or objects",
};
