import * as z from "zod/mini";
import { nearest } from "../../catalog/distance.ts";
import { inconsistencies } from "./consistency.ts";
import { type HostFile, hostFile } from "./definition.ts";
import type { HostProblem } from "./problems.ts";

/** Checks the content of a host file: shapes first, then how the parts fit together. `file` where it can be used. */
export function validateHostFile(value: unknown): { file?: HostFile; problems: HostProblem[] } {
  const parsed = hostFile.safeParse(value);
  if (!parsed.success) return { problems: parsed.error.issues.flatMap((issue) => explain(issue, value)) };
  const problems = inconsistencies(parsed.data);
  return problems.length > 0 ? { problems } : { file: parsed.data, problems };
}

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

/** A problem that the schema found, as sentences. */
function explain(issue: Issue, root: unknown, prefix: Path = []): HostProblem[] {
  const path = [...prefix, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))];
  const found = valueAt(root, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey([...path, key]));
    case "invalid_type":
      return [
        found === undefined ? missing(path) : wrongType(path, TYPES[issue.expected] ?? issue.expected, found),
      ];
    case "invalid_union":
      return explainUnion(issue, path, root, found);
    case "invalid_key": {
      const message = issue.issues[0]?.message ?? "This is no valid key.";
      return [{ kind: "value", path, atKey: true, message }];
    }
    case "invalid_value": {
      if (found === undefined) return [missing(path)];
      const all = issue.values.map(String);
      const hint = typeof found === "string" ? suggestion(found, all) : "";
      return [
        {
          kind: "value",
          path,
          message: `${name(path)} must be one of ${all.join(", ")}, not ${shown(found)}.${hint}`,
        },
      ];
    }
    case "too_small":
    case "too_big":
      return [{ kind: "value", path, message: outOfRange(issue, path) }];
    default:
      return [{ kind: "value", path, message: issue.message }];
  }
}

/** Of the alternatives, the one whose type fits tells what is wrong; if none does, all types are named. */
function explainUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  path: Path,
  root: unknown,
  found: unknown,
): HostProblem[] {
  if (found === undefined) return [missing(path)];
  const fitting = issue.errors.find((issues) =>
    issues.every(({ code, path: inner }) => code !== "invalid_type" || inner.length > 0),
  );
  if (fitting) return fitting.flatMap((inner) => explain(inner, root, path));
  const expected = issue.errors.flatMap((issues) =>
    issues.flatMap((inner) =>
      inner.code === "invalid_type" ? [TYPES[inner.expected] ?? inner.expected] : [],
    ),
  );
  return [wrongType(path, [...new Set(expected)].join(" or "), found)];
}

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  // All numbers of a host file are whole ones.
  number: "a whole number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function missing(path: Path): HostProblem {
  const owner = path.slice(0, -1);
  const of = owner.length === 0 ? "the host file" : name(owner);
  return { kind: "missing", path: owner, message: `\`${path.at(-1)}\` is missing in ${of}.` };
}

function wrongType(path: Path, expected: string, found: unknown): HostProblem {
  const subject = path.length === 0 ? "A host file" : name(path);
  return { kind: "type", path, message: `${subject} must be ${expected}, not ${shown(found)}.` };
}

function unknownKey(path: Path): HostProblem {
  const key = String(path.at(-1));
  const hint = suggestion(key, keysAt(path.slice(0, -1)));
  const owner = path.length === 1 ? "a host file" : name(path.slice(0, -1));
  return { kind: "unknown-key", path, atKey: true, message: `There is no \`${key}\` in ${owner}.${hint}` };
}

function outOfRange(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall, path: Path): string {
  const [limit, word] = issue.code === "too_small" ? [issue.minimum, "at least"] : [issue.maximum, "at most"];
  if (issue.origin !== "string") return `${name(path)} must be ${word} ${limit}.`;
  if (issue.code === "too_small" && limit === 1) return `${name(path)} must not be empty.`;
  return `${name(path)} must be ${word} ${limit} characters long.`;
}

function suggestion(word: string, candidates: readonly string[]): string {
  const [best] = nearest(word, candidates, 1);
  return best === undefined ? "" : ` Did you mean \`${best}\`?`;
}

/** A place in words: `links[0].name`. */
export function name(path: Path): string {
  const text = path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`));
  return `\`${text.join("")}\``;
}

/** A value as it appears in a sentence. */
function shown(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function valueAt(root: unknown, path: Path): unknown {
  let at = root;
  for (const step of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Readonly<Record<string | number, unknown>>)[step];
  }
  return at;
}

/** The keys that the definition has at a place. */
function keysAt(path: Path): string[] {
  let schemas = alternatives(hostFile);
  for (const step of path)
    schemas = schemas.flatMap((schema) => {
      if (schema instanceof z.ZodMiniArray) return alternatives(schema.def.element);
      const inner = schema instanceof z.ZodMiniObject ? schema.def.shape[step] : undefined;
      return inner ? alternatives(inner) : [];
    });
  return schemas.flatMap((schema) =>
    schema instanceof z.ZodMiniObject ? Object.keys(schema.def.shape) : [],
  );
}

/** What a value may be, with optional and union taken off. */
function alternatives(schema: z.core.SomeType): z.core.SomeType[] {
  if (schema instanceof z.ZodMiniOptional) return alternatives(schema.def.innerType);
  if (schema instanceof z.ZodMiniUnion) return schema.def.options.flatMap(alternatives);
  return [schema];
}
