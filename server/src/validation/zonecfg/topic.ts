import type { TextRange } from "@zonewarden/grammars/common/range";
import type { Section } from "@zonewarden/grammars/zonecfg/tree";
import type { Platform } from "../../catalog/zonecfg/property.ts";
import type { Resource, ZoneOrigin, ZonePart, ZoneSource } from "../../configuration/zonecfg/types.ts";
import type { Finding } from "../finding.ts";
import type { Rule } from "../rule.ts";

/** Rules about one subject: their documentation and, where the run of the commands does not find them, their checks. */
export interface Topic {
  readonly rules: readonly Rule[];
  /** Looks at one section of the text alone. Runs again only when that section changes. */
  section?(section: Section, context: SectionContext): Iterable<Finding>;
  /** Looks at one resource of a zone, and no other one. Runs again only when that resource changes. */
  resource?(resource: Resource, part: ZonePart): Iterable<Finding>;
  /** Looks at one zone as it came out, but at no single resource. Runs again when something in the zone changes. */
  part?(part: ZonePart): Iterable<Finding>;
}

export interface SectionContext {
  readonly document: ZoneSource;
  readonly platform: Platform | undefined;
  /** A place in this section. */
  at(range: TextRange): ZoneOrigin;
  /** The text of a range of this section. */
  slice(range: TextRange): string;
}
