import type { Errno } from "../errno.ts";
import type { SyntaxProblem } from "./syntax.ts";

/**
 * What shells say where something fails, and with which status, by shell. Source: sh(1) of FreeBSD; error.c, parse.y and
 * redir.c of bash 5.2; dash 0.5.12, as it prints; ksh93 of illumos: usr/src/contrib/ast/src/cmd/ksh93 (data/msg.c, data/lexstates.c, sh/xec.c,
 * sh/lex.c, sh/main.c), libast/misc/error.c.
 */

export type ShellKind = "sh" | "bash" | "ksh93" | "dash";

/** Who complains, and where it is in what it reads. */
export interface Speaker {
  /** `$0`. */
  readonly name: string;
  /** What somebody types at a terminal, the word behind `-c`, or the text of a script. */
  readonly reads: "terminal" | "line" | "script";
  /** Of the command that runs, from 1. */
  readonly line: number;
  readonly inFunction: boolean;
}

/** `error` is always the text of an error as the system has it. Texts have no newline at the end. */
export interface ShellTexts {
  /** A program that is nowhere. */
  missing(who: Speaker, program: string, error: string): string;
  /** A program that cannot be run. */
  refused(who: Speaker, program: string, error: string): string;
  /** A complaint of a builtin, which begins with its name. */
  builtin(who: Speaker, text: string): string;
  /** The reason why cd(1) does not get into a directory. */
  cd(path: string, error: string): string;
  /** A file of a redirection. */
  redirection(who: Speaker, what: "open" | "create", path: string, error: string, errno: Errno): string;
  /** A word behind `>&` that is no descriptor. */
  descriptor(who: Speaker, word: string, error: string): string;
  /** A script that cannot be read. */
  script(who: Speaker, path: string, error: string, errno: Errno): string;
  /** All lines of a complaint about the grammar. `text` is what was read. */
  syntax(who: Speaker, problem: SyntaxProblem, text: string): string;
  readonly status: { readonly builtin: number; readonly redirection: number; readonly syntax: number };
}

const sh: ShellTexts = {
  missing: ({ name }, program) => `${name}: ${program}: not found`,
  refused: ({ name }, program, error) => `${name}: ${program}: ${error}`,
  builtin: (_, text) => text,
  cd: (path, error) => `${path}: ${error}`,
  redirection: (_, what, path, error) => `cannot ${what} ${path}: ${error}`,
  descriptor: (_, word) => `${word}: bad file descriptor`,
  script: ({ name }, path, error) => `${name}: cannot open ${path}: ${error}`,
  syntax: ({ name }, { line, message }) => `${name}: ${line}: Syntax error: ${message}`,
  status: { builtin: 2, redirection: 2, syntax: 2 },
};

const dashPrefix = ({ name, line }: Speaker): string => `${name}: ${line}: `;

/** sh(1) of Debian and its like, of the same descent as that of FreeBSD. */
const dash: ShellTexts = {
  missing: (who, program) => `${dashPrefix(who)}${program}: not found`,
  refused: (who, program, error) => `${dashPrefix(who)}${program}: ${error}`,
  builtin: (who, text) => `${dashPrefix(who)}${text}`,
  cd: (path) => `can't cd to ${path}`,
  redirection(who, what, path, error, errno) {
    const missing = what === "open" ? "No such file" : "Directory nonexistent";
    return `${dashPrefix(who)}cannot ${what} ${path}: ${errno === "ENOENT" ? missing : error}`;
  },
  descriptor: (who, word) => `${dashPrefix(who)}${word}: Bad file descriptor`,
  script: ({ name }, path, error, errno) =>
    `${name}: 0: cannot open ${path}: ${errno === "ENOENT" ? "No such file" : error}`,
  syntax: sh.syntax,
  status: sh.status,
};

/** What was typed has no number. Functions that come with `-c` have the name of a file that is none. */
function bashPrefix({ name, reads, line, inFunction }: Speaker): string {
  if (reads === "terminal") return `${name}: `;
  return `${inFunction && reads === "line" ? "environment" : name}: line ${line}: `;
}

/** What would have ended a construct whose end bash looks for by itself, before it reads on. */
const CLOSERS: Readonly<Record<string, string>> = { "'": "'", '"': '"', "$(": ")", "${": "}" };

function bashSyntax({ name, reads }: Speaker, problem: SyntaxProblem, text: string): string {
  const { line, message, unexpected } = problem;
  const input = reads === "line" ? `${name}: -c` : name;
  const prefix = (at: number): string => (reads === "terminal" ? `${name}: ` : `${input}: line ${at}: `);
  if (!unexpected) return `${prefix(line)}syntax error: ${message}`;
  const { token, open } = unexpected;
  const lines = text.replace(/\n$/, "").split("\n");
  if (token === undefined) {
    const closer = open?.word === undefined ? undefined : CLOSERS[open.word];
    if (closer === undefined) return `${prefix(lines.length + 1)}syntax error: unexpected end of file`;
    const at = open?.word === "$(" ? lines.length + 1 : (open?.line ?? line);
    return `${prefix(at)}unexpected EOF while looking for matching \`${closer}'`;
  }
  const complaint = `${prefix(line)}syntax error near unexpected token \`${token}'`;
  // What was typed still stands above it.
  return reads === "terminal" ? complaint : `${complaint}\n${prefix(line)}\`${lines[line - 1] ?? ""}'`;
}

const bash: ShellTexts = {
  missing: (who, program, error) =>
    `${bashPrefix(who)}${program}: ${program.includes("/") ? error : "command not found"}`,
  refused: (who, program, error) => `${bashPrefix(who)}${program}: ${error}`,
  builtin: (who, text) => `${bashPrefix(who)}${text}`,
  cd: (path, error) => `${path}: ${error}`,
  redirection: (who, _, path, error) => `${bashPrefix(who)}${path}: ${error}`,
  descriptor: (who, word, error) => `${bashPrefix(who)}${word}: ${error}`,
  script: ({ name }, path, error) => `${name}: ${path}: ${error}`,
  syntax: bashSyntax,
  status: { builtin: 1, redirection: 1, syntax: 2 },
};

/** Of what is typed or stands behind `-c` only lines behind the first one have a number. */
function kshPrefix({ name, reads, line }: Speaker): string {
  return reads === "script" || line > 1 ? `${name}[${line}]: ` : `${name}: `;
}

/** The names of constructs that are open, where ksh93 does not call them by all that they begin with. */
const KSH_OPEN: Readonly<Record<string, string>> = { "$(": "(", "${": "{" };

function kshSyntax({ name, reads }: Speaker, problem: SyntaxProblem): string {
  const { message, unexpected } = problem;
  const said = (line: number, what: string): string =>
    reads === "terminal"
      ? `${name}: syntax error: ${what}`
      : `${name}: syntax error at line ${line}: ${what}`;
  if (!unexpected) return said(problem.line, message);
  const { token, open } = unexpected;
  if (token !== undefined) return said(problem.line, `\`${token}' unexpected`);
  if (!open) return said(problem.line, "`end of file' unexpected");
  return said(open.line, `\`${KSH_OPEN[open.word] ?? open.word}' unmatched`);
}

const ksh93: ShellTexts = {
  missing: (who, program, error) => `${kshPrefix(who)}${program}: not found [${error}]`,
  refused: (who, program, error) => `${kshPrefix(who)}${program}: cannot execute [${error}]`,
  builtin: (who, text) => `${kshPrefix(who)}${text}`,
  cd: (path, error) => `${path}: [${error}]`,
  redirection: (who, what, path, error) => `${kshPrefix(who)}${path}: cannot ${what} [${error}]`,
  descriptor: (who, word, error) => `${kshPrefix(who)}${word}: bad file unit number [${error}]`,
  script: ({ name }, path, error) => `${name}: ${path}: cannot open [${error}]`,
  syntax: kshSyntax,
  status: { builtin: 1, redirection: 1, syntax: 3 },
};

export const shellTexts: Readonly<Record<ShellKind, ShellTexts>> = { sh, bash, ksh93, dash };

const BY_NAME: Readonly<Record<string, ShellKind>> = {
  bash: "bash",
  dash: "dash",
  ksh: "ksh93",
  ksh93: "ksh93",
};

/** Which shell a program is, by its path or name, with or without the hyphen of a login. `undefined` for sh and others. */
export function kindOfShell(program: string): ShellKind | undefined {
  const name = program.slice(program.lastIndexOf("/") + 1).replace(/^-/, "");
  return Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
}
