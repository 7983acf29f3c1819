import type { TextRange } from "@zonewarden/grammars/common/range";
import type { Section } from "@zonewarden/grammars/jail-conf/tree";
import type { SourceDocument } from "../../configuration/jail-conf/sources.ts";
import type { Configuration, Origin, Release, ResolvedJail } from "../../configuration/jail-conf/types.ts";
import type { Finding } from "../finding.ts";
import type { Rule } from "../rule.ts";
import type { MachineFacts } from "./machine.ts";

/**
 * Rules about one subject: their documentation and their checks. A check gives its findings one by one; which of
 * the three it is says what it may look at, and so how often it must run again.
 */
export interface Topic {
  readonly rules: readonly Rule[];
  /** Looks at one section of the text alone. Runs again only when that section changes. */
  section?(section: Section, context: SectionContext): Iterable<Finding>;
  /** Looks at one resolved jail. Runs again only when something that reaches the jail changes. */
  jail?(jail: ResolvedJail, context: JailContext): Iterable<Finding>;
  /** Looks across all jails and files. Runs after every change: it must use what the index keeps. */
  configuration?(context: ConfigurationContext): Iterable<Finding>;
}

export interface SectionContext {
  readonly document: SourceDocument;
  readonly release: Release;
  /** A place in this section. */
  at(range: TextRange): Origin;
  /** The text of a range of this section. */
  slice(range: TextRange): string;
}

export interface JailContext {
  readonly release: Release;
  /**
   * True when the root document may be part of a larger configuration (its name is not one that jail(8) or rc.d/jail
   * reads on its own): what is missing here may come from elsewhere, so it is no error.
   */
  readonly fragment: boolean;
  /** The machine that the configuration is for; `undefined` where the user does not want to hear of machines. */
  readonly machine?: MachineFacts | undefined;
}

export interface ConfigurationContext extends JailContext {
  readonly configuration: Configuration;
  readonly index: JailIndex;
}

/** Facts over all jails, kept up to date by difference. */
export interface JailIndex {
  /** All jails of one name, in file order. */
  named(name: string): readonly ResolvedJail[];
  /** Stays the same as long as the jails have the same names and depend on the same ones. */
  readonly dependencyVersion: number;
  /** The names that more than one jail has. */
  readonly duplicateNames: Iterable<string>;
  /** The jails that ask for a jid, where more than one asks for it. */
  sharedJids(): Iterable<readonly [jid: string, jails: readonly ResolvedJail[]]>;
  /** The jails that use an address (normalised text), by address, where more than one does. */
  sharedAddresses(): Iterable<readonly [address: string, jails: readonly ResolvedJail[]]>;
  /** The jails with a network stack of their own that are handed the same interface, where more than one is. */
  sharedInterfaces(): Iterable<readonly [name: string, jails: readonly ResolvedJail[]]>;
  /** The epairs that commands of a jail make, where more than one jail makes the same. */
  sharedEpairs(): Iterable<readonly [name: string, jails: readonly ResolvedJail[]]>;
  /** The jails with a certain root, where more than one has it. */
  sharedPaths(): Iterable<readonly [path: string, jails: readonly ResolvedJail[]]>;
  /** The jails that have a root in which the roots of other jails lie, and those others. */
  nestedPaths(): Iterable<readonly [outer: readonly ResolvedJail[], inner: readonly ResolvedJail[]]>;
  /** The jails with limits of rctl(8), in no particular order. */
  readonly limited: Iterable<ResolvedJail>;
  /** The jails that are named as part of another one: `outer.inner`. */
  readonly nested: Iterable<ResolvedJail>;
}
