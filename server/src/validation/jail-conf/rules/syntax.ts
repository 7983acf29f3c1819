import type { SyntaxProblem, SyntaxProblemKind } from "@zonewarden/grammars/jail-conf/tree";
import type { Finding } from "../../finding.ts";
import type { Rule } from "../../rule.ts";
import type { Topic } from "../topic.ts";

const LEXER = "usr.sbin/jail/jaillex.l";
const GRAMMAR = "usr.sbin/jail/jailparse.y";

const rule = (
  name: SyntaxProblemKind | "reported-here",
  title: string,
  explanation: string,
  bad: string,
  good: string,
  source: string,
): Rule => ({ code: `syntax/${name}`, severity: "error", title, explanation, bad, good, source });

const rules: readonly Rule[] = [
  rule(
    "missing-semicolon",
    "`;` is missing",
    "Every statement ends with `;`, also the last one of a block. jail(8) notices only at the next word and names that line; nothing in the file takes effect until it is mended.",
    'web {\n\tpath = "/jails/web"\n\tpersist;\n}\n',
    'web {\n\tpath = "/jails/web";\n\tpersist;\n}\n',
    GRAMMAR,
  ),
  rule(
    "missing-value",
    "A value is missing",
    'After `=` and `+=` a value must follow. An empty one is written `""`.',
    "web {\n\tpersist;\n\texec.stop = ;\n}\n",
    'web {\n\tpersist;\n\texec.stop = "";\n}\n',
    GRAMMAR,
  ),
  rule(
    "trailing-comma",
    "A value is missing after a comma",
    "Commas separate the values of a list; the list does not end with one.",
    "web {\n\tpersist;\n\tip4.addr = 192.0.2.1, ;\n}\n",
    "web {\n\tpersist;\n\tip4.addr = 192.0.2.1, 192.0.2.2;\n}\n",
    GRAMMAR,
  ),
  rule(
    "unquoted-value",
    "Text must be quoted",
    "A value with blanks, `=`, braces or commas in it must be in quotes. Two strings with a blank between them are not joined, and values of a list need commas.",
    "web {\n\texec.start = /bin/sh /etc/rc;\n}\n",
    'web {\n\texec.start = "/bin/sh /etc/rc";\n}\n',
    GRAMMAR,
  ),
  rule(
    "comment-in-value",
    "A comment takes the end of a value",
    "`#`, `//` and `/*` start a comment everywhere outside quotes, also directly behind a word. What follows on the line, the `;` included, is lost.",
    "web {\n\tpersist;\n\tpath = /jails/a#1;\n}\n",
    'web {\n\tpersist;\n\tpath = "/jails/a#1";\n}\n',
    LEXER,
  ),
  rule(
    "missing-brace",
    "A brace is missing",
    "Each `{` needs its `}`. Without it, jail(8) takes the jails that follow as nested in this one and gives up at the end of the file.",
    "web {\n\tpersist;\n\ndb {\n\tpersist;\n}\n",
    "web {\n\tpersist;\n}\n\ndb {\n\tpersist;\n}\n",
    GRAMMAR,
  ),
  rule(
    "missing-name",
    "A jail has no name",
    "A block begins with the name of its jail.",
    "{\n\tpersist;\n}\n",
    "web {\n\tpersist;\n}\n",
    GRAMMAR,
  ),
  rule(
    "stray-brace",
    "A `}` closes nothing",
    "There is no open block for this `}`.",
    "web {\n\tpersist;\n}\n}\n",
    "web {\n\tpersist;\n};\n",
    GRAMMAR,
  ),
  rule(
    "stray-token",
    "An operator stands where it cannot",
    "`=`, `+=` and `,` follow a name or a value.",
    "web {\n\tpersist;\n\tpath = = /jails/web;\n}\n",
    "web {\n\tpersist;\n\tpath = /jails/web;\n}\n",
    GRAMMAR,
  ),
  rule(
    "jail-name",
    "A jail name is not one word",
    'A name is a single word or one quoted string, without variables. `/`, `+`, `*`, `$` and escapes end a bare word, so a wildcard such as `"web.*"` must be quoted; only a lone `*` need not. No other word stands before it: it is `web {`, not `jail web {`.',
    "web.* {\n\tpersist;\n}\n",
    '"web.*" {\n\tpersist;\n}\n',
    GRAMMAR,
  ),
  rule(
    "parameter-name",
    "A parameter name is not one word",
    "A parameter name is a single word, a quoted string or, to define it, one variable.",
    "web {\n\tpersist;\n\tallow/mount;\n}\n",
    "web {\n\tpersist;\n\tallow.mount;\n}\n",
    GRAMMAR,
  ),
  rule(
    "equals-before-brace",
    "`=` before a block",
    "A jail is its name followed by `{`.",
    "web = {\n\tpersist;\n}\n",
    "web {\n\tpersist;\n}\n",
    GRAMMAR,
  ),
  rule(
    "unterminated-string",
    "A string is not closed",
    "A quoted string may run over several lines, so a forgotten quote reaches up to the next one, often in another jail. jail(8) then complains far below the mistake.",
    'web {\n\tpath = "/jails/web;\n}\n',
    'web {\n\tpath = "/jails/web";\n\tpersist;\n}\n',
    LEXER,
  ),
  rule(
    "unterminated-comment",
    "A comment is not closed",
    "A block comment ends with `*/`. Without it, the rest of the file is lost. Beware of unquoted patterns: `/tmp/*` opens a comment.",
    "web {\n\tpersist;\n}\n/* to do\n",
    "web {\n\tpersist;\n}\n/* to do */\n",
    LEXER,
  ),
  rule(
    "unterminated-variable",
    "A variable is not closed",
    "`${` needs its `}` on the same line and inside the same string.",
    '$x = 1;\nweb {\n\tpath = "/jails/${x";\n\tpersist;\n}\n',
    '$x = 1;\nweb {\n\tpath = "/jails/${x}";\n\tpersist;\n}\n',
    LEXER,
  ),
  rule(
    "non-ascii",
    "A character outside ASCII, outside quotes",
    "Bytes above 0x7f are allowed in quotes and comments only. Elsewhere they come from web pages, as typographic quotes or no-break spaces. On amd64 jail(8) takes such a byte for the end of the file: the rest is ignored, at the top level without any message.",
    "web {\n\tpersist;\n\tpath = \u201c/jails/web\u201d;\n}\n",
    'web {\n\tpersist;\n\tpath = "/jails/\u00e9t\u00e9";\n}\n',
    LEXER,
  ),
  rule(
    "invalid-character",
    "A character that is no part of the language",
    "Control characters, form feed and vertical tab among them, are not white space here.",
    "web {\n\tpersist;\f\n}\n",
    'web {\n\tpersist;\n\texec.start = "echo \\f";\n}\n',
    LEXER,
  ),
  rule(
    "reported-here",
    "Where jail(8) notices an earlier mistake",
    "The mistake is further up (a quote or a comment that is not closed); this is the place that jail(8) names. It goes away with its cause.",
    'web {\n\tpath = "/jails/web;\n\thost.hostname = web;\n\texec.clean;\n\texec.start = "/bin/sh /etc/rc";\n}\n',
    'web {\n\tpath = "/jails/web;";\n\thost.hostname = web;\n\texec.clean;\n\texec.start = "/bin/sh /etc/rc";\n}\n',
    LEXER,
  ),
];

/** The text that mends an error, where there is only one thing that can be meant. */
function mend(error: SyntaxProblem, text: string): string | undefined {
  switch (error.kind) {
    case "missing-semicolon":
      // With a second place, the error stands at the next statement, and the `;` belongs elsewhere.
      return error.related ? undefined : `${text};`;
    case "unquoted-value":
    case "jail-name":
      // A word too many before the name, with the blank behind it.
      if (/\s$/.test(text)) return "";
      return /["'\\$\n]/.test(text) ? undefined : `"${text}"`;
    case "equals-before-brace":
      return "";
    case "missing-value":
      return `${text} ""`;
    default:
      return undefined;
  }
}

/** Everything that makes jail(8) refuse the whole file: the errors of the tree. */
export const syntax: Topic = {
  rules,
  *section(section, context) {
    for (const error of section.errors) {
      const { related } = error;
      const replacement = mend(error, context.slice(error));
      yield {
        code: `syntax/${error.kind}`,
        origin: context.at(error),
        message: error.message,
        ...(related && { related: [{ origin: context.at(related), message: related.message }] }),
        ...(replacement !== undefined && { replacement }),
      };
      if (error.noticedAt === undefined) continue;
      // Beyond this section: a place is given by an offset from a section's start, whichever section it is.
      const at = { start: error.noticedAt, end: error.noticedAt + 1 };
      const between = context.document.text.slice(section.start + error.start, section.start + at.start);
      if (between.split("\n", 3).length < 3) continue;
      const finding: Finding = {
        code: "syntax/reported-here",
        origin: context.at(at),
        message: "jail(8) stumbles here, because of a mistake further up.",
        related: [{ origin: context.at(error), message: error.message }],
      };
      yield finding;
    }
  },
};
