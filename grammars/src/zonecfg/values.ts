import { classOf, type Dialect, isProperty } from "./dialect.ts";
import type { ComplexPart, ListPart, Part, WordPart } from "./parts.ts";
import type { ComplexValue, ListValue, Member, SimpleValue, SyntaxProblem, Value } from "./tree.ts";

type Report = (problem: SyntaxProblem) => void;

/** Reports a quote without a partner: an error, or a remark where the real program reads on in the next line. */
export function unclosedQuote(word: WordPart, report: Report): void {
  const over = word.text.endsWith("\n");
  report({
    kind: "unclosed-quote",
    start: word.start,
    end: over ? word.end - 1 : word.end,
    message: over
      ? "The closing quote is missing: zonecfg takes the end of the line into the value, and the next line too."
      : "The closing quote is missing on this line.",
    ...(over && { tolerated: true }),
  });
}

/** The value that begins with `part`. `mayBeEmpty`: whether `[]` is one, which holds for `set` alone. */
export function readValue(
  part: Part,
  dialect: Dialect,
  mayBeEmpty: boolean,
  report: Report,
): Value | undefined {
  switch (part.kind) {
    case "word":
      return simple(part);
    case "list":
      return list(part, dialect, mayBeEmpty, report);
    case "complex":
      return complex(part, dialect, report);
    case "mark":
      report({
        kind: part.text === "=" ? "stray-equals" : "stray-bracket",
        start: part.start,
        end: part.end,
        message:
          part.text === "="
            ? "A value is expected here. One that begins with `=` must be in double quotes."
            : "A value is expected here. One with brackets in it must be in double quotes.",
      });
      return undefined;
  }
}

function simple({ text, quoted, start, end }: WordPart): SimpleValue {
  return { kind: "simple", text, quoted, start, end };
}

function list(part: ListPart, dialect: Dialect, mayBeEmpty: boolean, report: Report): ListValue {
  const elements: (SimpleValue | ComplexValue)[] = [];
  /** Whether an element must come before the next comma or the end. */
  let expected = true;
  for (const inner of part.parts) {
    if (inner.kind === "mark") {
      if (inner.text === "," && !expected) expected = true;
      else strayInList(inner, report);
      continue;
    }
    if (inner.kind === "list") continue;
    if (inner.kind === "word" && inner.unclosed) unclosedQuote(inner, report);
    if (!expected && !hasErrorBefore(part, inner))
      report({
        kind: "missing-comma",
        start: inner.start,
        end: inner.end,
        message:
          "The elements of a list are separated by commas; one with blanks in it must be in double quotes.",
      });
    expected = false;
    elements.push(inner.kind === "word" ? simple(inner) : complex(inner, dialect, report));
  }
  if (part.close === undefined) {
    if (!part.parts.some((inner) => inner.kind === "word" && inner.unclosed))
      report({
        kind: "unclosed-list",
        start: part.start,
        end: part.end,
        message: "`]` is missing: a list ends on its line.",
      });
  } else if (elements.length === 0 && part.parts.length === 0) {
    if (!mayBeEmpty)
      report({
        kind: "empty-list",
        start: part.start,
        end: part.end,
        message: "Only `set` takes an empty list.",
      });
  } else if (expected) {
    const last = part.parts.at(-1) as Part;
    report({
      kind: "stray-comma",
      start: last.start,
      end: last.end,
      message: "A value is missing behind this comma.",
    });
  }
  return { kind: "list", elements, close: part.close, start: part.start, end: part.end };
}

/** Whether a stray mark between two elements has been reported: then that is the mistake, and not a missing comma. */
function hasErrorBefore(list: ListPart, part: Part): boolean {
  const before = list.parts[list.parts.indexOf(part) - 1];
  return before?.kind === "mark" && before.text !== ",";
}

function strayInList(mark: Part & { readonly kind: "mark" }, report: Report) {
  const { text, start, end } = mark;
  if (text === ",")
    report({ kind: "stray-comma", start, end, message: "A value is missing before this comma." });
  else if (text === "=")
    report({
      kind: "value-needs-quotes",
      start,
      end,
      message: "An element with `=` in it must be in double quotes.",
    });
  else
    report({
      kind: text === "[" ? "list-in-list" : "stray-bracket",
      start,
      end,
      message:
        text === "["
          ? "A list cannot stand in a list. Text with brackets in it must be in double quotes."
          : "Text with brackets in it must be in double quotes.",
    });
}

function complex(part: ComplexPart, dialect: Dialect, report: Report): ComplexValue {
  const members: Member[] = [];
  let broken = false;
  const problem = (kind: SyntaxProblem["kind"], at: Part, message: string) => {
    // One mistake is reported once: what follows it in the same brackets is a consequence.
    if (!broken) report({ kind, start: at.start, end: at.end, message });
    broken = true;
  };
  const { parts } = part;
  let i = 0;
  while (i < parts.length) {
    const name = parts[i] as Part;
    if (name.kind !== "word") {
      if (name.kind === "mark" && name.text === "(")
        problem("nested-complex", name, "Brackets cannot stand within brackets.");
      else if (name.kind === "mark" && name.text === ",")
        problem("stray-comma", name, "`name=value` is missing before this comma.");
      else problem("stray-bracket", name, "`name=value` is expected here.");
      i++;
      continue;
    }
    checkQuoted(name, dialect, problem);
    const known = !name.quoted && isProperty(classOf(dialect, name.text));
    const equals = isMark(parts[i + 1], "=") ? parts[i + 1] : undefined;
    const given = equals ? parts[i + 2] : undefined;
    const value = given?.kind === "word" ? given : undefined;
    if (!known)
      problem(
        "unknown-word",
        name,
        members.length > 0 && !equals
          ? "`name=value` is expected behind the comma. A value with a comma in it must be in double quotes."
          : `\`${name.text}\` is not a property.`,
      );
    else if (!equals) problem("missing-equals", name, `\`=\` is missing behind \`${name.text}\`.`);
    else if (!value) {
      if (isMark(given, "("))
        problem("nested-complex", given as Part, "Brackets cannot stand within brackets.");
      else problem("no-value", equals, "A value is missing behind this `=`.");
    } else checkQuoted(value, dialect, problem);
    const end = value?.end ?? equals?.end ?? name.end;
    members.push({
      name: { text: name.text, quoted: name.quoted, start: name.start, end: name.end, known },
      equals: equals?.start,
      value: value && simple(value),
      start: name.start,
      end,
    });
    i += value ? 3 : equals ? 2 : 1;
    const behind = parts[i];
    if (!behind) break;
    if (isMark(behind, ",")) {
      i++;
      if (i === parts.length) problem("stray-comma", behind, "`name=value` is missing behind this comma.");
    } else {
      problem(
        behind.kind === "word" ? "missing-comma" : "stray-bracket",
        behind,
        behind.kind === "word"
          ? "`,` is missing before this. A value with blanks in it must be in double quotes."
          : "A value with `=` or brackets in it must be in double quotes.",
      );
      while (i < parts.length && !isMark(parts[i], ",")) i++;
      i++;
    }
  }
  if (part.close === undefined) {
    if (!broken)
      report({
        kind: "unclosed-complex",
        start: part.start,
        end: part.end,
        message: "`)` is missing: what is in brackets ends on its line.",
      });
  } else if (parts.length === 0)
    report({
      kind: "no-value",
      start: part.start,
      end: part.end,
      message: "`name=value` is missing between the brackets.",
    });
  return { kind: "complex", members, close: part.close, start: part.start, end: part.end };
}

function checkQuoted(
  word: WordPart,
  dialect: Dialect,
  problem: (kind: SyntaxProblem["kind"], at: Part, message: string) => void,
) {
  if (word.unclosed) problem("unclosed-quote", word, "The closing quote is missing on this line.");
  else if (word.quoted && !dialect.quotedInComplex)
    problem(
      "quoted-in-complex",
      word,
      "Quotes cannot stand within round brackets here; OmniOS and SmartOS alone take them.",
    );
}

function isMark(part: Part | undefined, text: string): boolean {
  return part?.kind === "mark" && part.text === text;
}
