/** The tree of a command line of sh(1), as far as the model goes. Offsets are in UTF-16 code units from its start. */

export interface Script {
  readonly lists: readonly List[];
}

/** Pipelines joined by `&&` and `||`; with `&` behind them nobody waits. */
export interface List {
  readonly first: Pipeline;
  readonly rest: readonly { readonly operator: "&&" | "||"; readonly pipeline: Pipeline }[];
  readonly background: boolean;
}

export interface Pipeline {
  /** `!` in front: the status is turned round. */
  readonly negated: boolean;
  readonly commands: readonly ShellCommand[];
}

export type ShellCommand = Simple | Compound | FunctionDefinition;

export type Compound = If | For | Group;

interface Redirected {
  readonly redirections: readonly Redirection[];
}

export interface Simple extends Redirected {
  readonly kind: "simple";
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  /** Where it starts. */
  readonly at: number;
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
}

export interface If extends Redirected {
  readonly kind: "if";
  readonly branches: readonly { readonly condition: Script; readonly body: Script }[];
  readonly otherwise: Script | null;
}

export interface For extends Redirected {
  readonly kind: "for";
  readonly variable: string;
  /** Null without `in`: the positional parameters. */
  readonly words: readonly Word[] | null;
  readonly body: Script;
}

/** `( … )` runs in a child, `{ …; }` in the shell itself. */
export interface Group extends Redirected {
  readonly kind: "group";
  readonly subshell: boolean;
  readonly body: Script;
}

/** `name() body`: remembers the body, which runs when the name is called. */
export interface FunctionDefinition {
  readonly kind: "function";
  readonly name: string;
  readonly body: Compound;
}

export interface Redirection {
  readonly fd: 0 | 1 | 2;
  readonly operator: ">" | ">>" | "<" | ">&";
  /** Of `>&` a descriptor. */
  readonly target: Word;
}

export type Word = readonly Part[];

/** A piece of a word. What is quoted is neither split into fields nor matched against files. */
export type Part =
  | { readonly kind: "text"; readonly text: string; readonly quoted: boolean }
  | {
      readonly kind: "variable";
      /** A name, a digit, or one of `?`, `$`, `!`, `#`, `@`, `*`. */
      readonly name: string;
      readonly quoted: boolean;
      /** Of `${VAR:-x}` and `${VAR-x}`: what is taken instead, the former for an empty value too. */
      readonly fallback?: { readonly word: Word; readonly emptyToo: boolean };
    }
  | { readonly kind: "command"; readonly script: Script; readonly quoted: boolean };

export interface SyntaxProblem {
  /** `syntax`: sh(1) refuses it as well. `unmodelled`: it would take it, but the model does not. */
  readonly kind: "syntax" | "unmodelled";
  readonly message: string;
  /** Of a token out of place. */
  readonly unexpected?: {
    /** None at the end of the text. */
    readonly token: string | undefined;
    /** The innermost construct that has not ended there, by the word that it began with. */
    readonly open: { readonly word: string; readonly line: number } | undefined;
  };
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}
