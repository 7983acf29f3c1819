import { parseShell } from "@zonewarden/server/host/shell/parse";
import { quoteWords } from "@zonewarden/server/host/shell/quote";
import type {
  FunctionDefinition,
  Part,
  Script,
  ShellCommand,
  Word,
} from "@zonewarden/server/host/shell/syntax";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../../properties.ts";

/** The tree as one line: words in angle brackets, quoted text in quotes. */
function show({ lists }: Script): string {
  return lists
    .map(({ first, rest, background }) => {
      const pipeline = ({ negated, commands }: typeof first): string =>
        (negated ? "not " : "") + commands.map(command).join(" | ");
      const more = rest.map(({ operator, pipeline: next }) => ` ${operator} ${pipeline(next)}`);
      return pipeline(first) + more.join("") + (background ? " &" : "");
    })
    .join("; ");
}

function command(one: ShellCommand): string {
  if (one.kind === "function") return `${one.name}() ${command(one.body)}`;
  const targets = one.redirections.map(({ fd, operator, target }) => ` ${fd}${operator}${word(target)}`);
  return body(one) + targets.join("");
}

function body(one: Exclude<ShellCommand, FunctionDefinition>): string {
  if (one.kind === "simple") {
    const assigned = one.assignments.map(({ name, value }) => `${name}=${word(value)}`);
    return [...assigned, ...one.words.map(word)].join(" ");
  }
  if (one.kind === "for") {
    const words = one.words === null ? "" : ` in ${one.words.map(word).join(" ")}`;
    return `for ${one.variable}${words} do ${show(one.body)}`;
  }
  if (one.kind === "group") return one.subshell ? `(${show(one.body)})` : `{${show(one.body)}}`;
  const branches = one.branches.map((branch) => `if ${show(branch.condition)} then ${show(branch.body)}`);
  return branches.join(" el") + (one.otherwise ? ` else ${show(one.otherwise)}` : "");
}

function word(parts: Word): string {
  return `<${parts.map(part).join("")}>`;
}

function part(one: Part): string {
  if (one.kind === "text") return one.quoted ? `'${one.text}'` : one.text;
  const quote = one.quoted ? '"' : "";
  if (one.kind === "command") return `${quote}$(${show(one.script)})${quote}`;
  const fallback = one.fallback ? `${one.fallback.emptyToo ? ":" : ""}-${word(one.fallback.word)}` : "";
  return `${quote}$${one.name}${fallback}${quote}`;
}

test.each([
  ["", ""],
  ["# nothing", ""],
  ["echo a  b", "<echo> <a> <b>"],
  ["echo a#b # c", "<echo> <a#b>"],
  ["a; b\nc", "<a>; <b>; <c>"],
  ["a && b || c", "<a> && <b> || <c>"],
  ["a | b | c", "<a> | <b> | <c>"],
  ["a |\n b", "<a> | <b>"],
  ["! a", "not <a>"],
  ["a & b", "<a> &; <b>"],
  ["a \\\n b", "<a> <b>"],
  [`echo 'a b' "c d" e\\ f`, "<echo> <'a b'> <'c d'> <e' 'f>"],
  [`echo "" ''`, "<echo> <''> <''>"],
  [`echo "a \\" \\$b \\c"`, `<echo> <'a " $b \\c'>`],
  ['echo $a "${b}" $? $$ ${c:-d} ${e-"f g"}', `<echo> <$a> <"$b"> <$?> <$$> <$c:-<d>> <$e-<'f g'>>`],
  ["echo $ $+", "<echo> <$> <$+>"],
  ['echo $(a; b) "$(c "d")"', `<echo> <$(<a>; <b>)> <"$(<c> <'d'>)">`],
  ["X=1 Y= env Z=3", "X=<1> Y=<> <env> <Z=3>"],
  ["a > b 2>&1 < c >>d", "<a> 1><b> 2>&<1> 0<<c> 1>><d>"],
  ["2>/dev/null a", "<a> 2></dev/null>"],
  ["echo 2 >x", "<echo> <2> 1><x>"],
  ["if a; then b; elif c; then d; else e; fi", "if <a> then <b> elif <c> then <d> else <e>"],
  ["if a\nthen\n b\nfi > x", "if <a> then <b> 1><x>"],
  ["for i in a b; do c $i; done", "for i in <a> <b> do <c> <$i>"],
  ["for i\ndo c; done", "for i do <c>"],
  ["{ a; b; } | (c)", "{<a>; <b>} | (<c>)"],
  ["f() { a; }; f b", "f() {<a>}; <f> <b>"],
  ["f () ( a ) > x | b", "f() (<a>) 1><x> | <b>"],
  ["f()\n\nif a; then b; fi", "f() if <a> then <b>"],
  ["echo if then fi", "<echo> <if> <then> <fi>"],
  ["[ -f /x ] && a", "<[> <-f> </x> <]> && <a>"],
])("%j is read as %s", (text, expected) => {
  const parsed = parseShell(text);
  expect(parsed.ok ? show(parsed.script) : parsed.problem).toBe(expected);
});

test.each([
  ["if", "syntax", 1, 3, "end of file unexpected"],
  ["if a; then b", "syntax", 1, 13, 'end of file unexpected (expecting "fi")'],
  ["fi", "syntax", 1, 1, '"fi" unexpected'],
  ["a ;; b", "syntax", 1, 3, '";;" unexpected'],
  ["a\nb | | c", "syntax", 2, 5, '"|" unexpected'],
  ["(a", "syntax", 1, 3, 'end of file unexpected (expecting ")")'],
  ["a )", "syntax", 1, 3, '")" unexpected'],
  ["a > ", "syntax", 1, 5, "end of file unexpected"],
  ["echo 'a", "syntax", 1, 6, "Unterminated quoted string"],
  ['echo "a', "syntax", 1, 6, "Unterminated quoted string"],
  ["echo ${a", "syntax", 1, 6, "Missing '}'"],
  ["for 1 in a; do b; done", "syntax", 1, 5, "Bad for loop variable"],
  ["cat << E", "unmodelled", 1, 5, "a here-document"],
  ["a 3> b", "unmodelled", 1, 3, "descriptor 3"],
  ["f() a", "unmodelled", 1, 5, "a function whose body is not in braces"],
  ["f() { a; } b", "syntax", 1, 12, "word unexpected"],
  ["a b() { c; }", "syntax", 1, 4, '"(" unexpected'],
  ["while a; do b; done", "unmodelled", 1, 1, 'the word "while"'],
  ["case a in esac", "unmodelled", 1, 1, 'the word "case"'],
  ["echo `a`", "unmodelled", 1, 6, "a command in backquotes: write $(…)"],
  ["echo $((1))", "unmodelled", 1, 6, "arithmetic"],
  ["echo ${#a}", "unmodelled", 1, 6, "this expansion of a variable"],
  [`${"(".repeat(60)}a${")".repeat(60)}`, "unmodelled", 1, 41, "nesting deeper than 40"],
] as const)("%j is refused where it goes wrong", (text, kind, line, column, message) => {
  const parsed = parseShell(text);
  expect(parsed.ok ? "accepted" : parsed.problem).toMatchObject({ kind, line, column, message });
});

describe("whatever is typed", () => {
  const pieces = fc.constantFrom(
    ..."if then else elif fi for in do done { } ( ) ! ; ;; & && | || > >> < << 2>&1 $ ${ } ${a:- $( ) ' \" \\ # ` = a b=c * \n".split(
      " ",
    ),
    " ",
    "\t",
  );

  test("reading never throws, and tells a place within the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join(" ")),
          fc.array(pieces).map((all) => all.join("")),
        ),
        (text) => {
          const parsed = parseShell(text);
          if (parsed.ok) return;
          expect(parsed.problem.offset).toBeGreaterThanOrEqual(0);
          expect(parsed.problem.offset).toBeLessThanOrEqual(text.length);
        },
      ),
      { numRuns: runs(2000) },
    );
  });

  test("quoted words are read as they were", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), (words) => {
        const parsed = parseShell(`echo ${quoteWords(words)}`);
        const [list] = parsed.ok ? parsed.script.lists : [];
        const [simple] = list?.first.commands ?? [];
        const read = simple?.kind === "simple" ? simple.words.slice(1) : [];
        expect(
          read.map((parts) => parts.map((one) => (one.kind === "text" ? one.text : "?")).join("")),
        ).toEqual(words);
      }),
    );
  });
});
