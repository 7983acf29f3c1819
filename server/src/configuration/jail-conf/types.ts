import type {
  JailBlock,
  Section,
  Statement,
  StringNode,
  VariablePiece,
} from "@zonewarden/grammars/jail-conf/tree";
import type { Origin as AnyOrigin } from "../origin.ts";
import type { SourceDocument } from "./sources.ts";

/** A place in a file of the configuration. */
export type Origin = AnyOrigin<Section>;

/** FreeBSD releases whose jail(8) differs in ways that matter here; the main number. */
export type Release = 12 | 13 | 14 | 15;

/** One statement as the configuration sees it, at its place in the order of all files. */
export interface Setting {
  /** The name as written: with its `no`, if any. For a variable, without the `$`. */
  readonly name: string;
  readonly isVariable: boolean;
  readonly operator: "=" | "+=" | undefined;
  readonly values: readonly StringNode[];
  readonly node: Statement;
  /** The whole statement. */
  readonly origin: Origin;
}

/** A jail block, a wildcard block, or the implied `*` block of the global statements. */
export interface ConfigurationBlock {
  /** Full name, with the names of the blocks around it: `outer.inner`. `*` for the globals. */
  readonly name: string;
  readonly wildcard: boolean;
  /** The globals have no block in the text. */
  readonly node: JailBlock | undefined;
  /** The header; the first statement for the globals. */
  readonly origin: Origin;
  readonly settings: readonly Setting[];
  /** The block around this one, if any. */
  readonly parent: ConfigurationBlock | undefined;
}

/** A variable reference that was replaced. */
export interface Substitution {
  readonly piece: VariablePiece;
  /** The text that took its place; `undefined` where it failed. */
  readonly text: string | undefined;
  /** The parameter or variable that supplied it. */
  readonly source: ResolvedParameter | undefined;
}

export interface ResolvedValue {
  /** The final text, after substitution. */
  readonly text: string;
  readonly node: StringNode | undefined;
  readonly origin: Origin | undefined;
  readonly substitutions: readonly Substitution[];
}

/** A statement that took part in a parameter's value. */
export interface Contribution {
  readonly setting: Setting;
  readonly block: ConfigurationBlock;
  /** Whether a later statement dropped what this one said. */
  readonly overridden: boolean;
}

export interface ResolvedParameter {
  /** The spelling of the last statement that set it (`mount.nodevfs`). */
  readonly name: string;
  readonly isVariable: boolean;
  /** Empty for a bare word. */
  readonly values: readonly ResolvedValue[];
  /** In the order in which they took effect; empty for the implied `name` or `jid`. */
  readonly contributions: readonly Contribution[];
}

export type JailFailureKind =
  | "undefined-variable"
  | "variable-loop"
  | "array-inline"
  | "variable-name-clash"
  | "redefine-parameter";

/** Why jail(8) would not start one jail of a file that it accepts. */
export interface JailFailure {
  readonly kind: JailFailureKind;
  readonly message: string;
  readonly parameter: string;
  readonly variable: string | undefined;
  /** The piece, value or statement that caused it. */
  readonly origin: Origin | undefined;
}

/** One jail after globals, wildcards, its own statements and variables. The object is kept while none of them changes. */
export interface ResolvedJail {
  readonly name: string;
  readonly block: ConfigurationBlock;
  /** The wildcard blocks that apply, in order. */
  readonly wildcards: readonly ConfigurationBlock[];
  /** In the loader's order, variables left out. */
  readonly parameters: readonly ResolvedParameter[];
  /** The variables that the jail sees, its own and those of wildcards. */
  readonly variables: readonly ResolvedParameter[];
  readonly failures: readonly JailFailure[];
  /** The jail's own parameter by its plain name (without `no`), whichever spelling was used. */
  find(name: string): ResolvedParameter | undefined;
}

/** `large`: jail(8) would read it, but so much is not read here. */
export type IncludeProblem = "missing" | "unmatched" | "variable" | "depth" | "broken" | "large";

/** One `.include` and what came of it. */
export interface Include {
  /** The file name or pattern as written, made absolute. `undefined` where it has a variable. */
  readonly pattern: string | undefined;
  readonly files: readonly SourceDocument[];
  readonly problem: IncludeProblem | undefined;
  /** The string with the name. */
  readonly origin: Origin;
}

export interface Configuration {
  readonly root: SourceDocument;
  readonly release: Release;
  /** All files in the order of their first reading, the root first. */
  readonly documents: readonly SourceDocument[];
  /** All blocks in their order, wildcards and globals among them. */
  readonly blocks: readonly ConfigurationBlock[];
  /** The jails in file order, without wildcards. A name that is defined twice is there twice. */
  readonly jails: readonly ResolvedJail[];
  readonly includes: readonly Include[];
}
