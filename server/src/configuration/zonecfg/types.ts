import type { Section } from "@zonewarden/grammars/zonecfg/tree";
import type { Platform } from "../../catalog/zonecfg/property.ts";
import type { AnyDocument, Origin } from "../origin.ts";

export type ZoneSource = AnyDocument<Section>;
export type ZoneOrigin = Origin<Section>;

/** A value as zonecfg(8) keeps it while it reads: text, a list of texts and tuples, or one tuple. */
export type ConfigValue = string | ListValue | ComplexValue;
export interface ListValue {
  readonly list: readonly (string | ComplexValue)[];
}
export interface ComplexValue {
  readonly complex: readonly (readonly [name: string, value: string])[];
}

/** A value and where it comes from. */
export interface Given {
  readonly value: ConfigValue;
  /** The value in the text; `undefined` for one of a template. */
  readonly origin: ZoneOrigin | undefined;
  /** The template that supplied it. */
  readonly template: string | undefined;
}

/** One resource, as it is stored. */
export interface Resource {
  readonly type: string;
  /** By property in the order of `set`; several values for what `add` adds to. */
  readonly properties: ReadonlyMap<string, readonly Given[]>;
  /** `select` of something that the text does not show: it may have more properties than are known. */
  readonly isUnknown?: boolean;
  /** Properties whose value was refused, which has been said: they are not missing, too. */
  readonly refused?: ReadonlySet<string>;
  /** Of these the values that stand behind a misspelt name. */
  readonly meant?: ReadonlyMap<string, string>;
  /** `add` or `select` with the type; what an alias such as `max-lwps` made has the command. */
  readonly origin: ZoneOrigin | undefined;
  readonly template: string | undefined;
  /**
   * What tells it apart from others of its zone, since somebody asked: a resource does not change once it is stored,
   * and is stored again at each run.
   */
  key?: string | undefined;
  /** The nested resources of Solaris 11.4 (`mac` and `vlan` of an `anet`, `port` of an `ib-vhca`). */
  readonly nested: readonly Resource[];
}

/** What zonecfg(8) says about a command, or would say at the end; `code` is that of a rule. */
export interface Complaint {
  readonly code: string;
  readonly origin: ZoneOrigin;
  readonly message: string;
  readonly severity?: "error" | "warning" | "information" | "hint";
  readonly related?: readonly { readonly origin: ZoneOrigin; readonly message: string }[];
  readonly replacement?: string;
}

/** What a zone's configuration begins with. */
export type Base =
  /** `create` from a template that is known: nothing else is in it. */
  | "template"
  /** A stored zone, or a template that is not known: there may be more than the file says. */
  | "unknown";

/** One zone of a command file: what is between `create` and the next one. */
export interface ZonePart {
  /** The zone's name where the text tells it: `set zonename=`, a prompt, a shell's `zonecfg -z`. */
  readonly name: string | undefined;
  readonly base: Base;
  /** The template of `create`, if it is known by name. */
  readonly template: string | undefined;
  /** Whether the template may say more than is known of it. */
  readonly unsure: boolean;
  /** `create`, or the first command where there is none. */
  readonly origin: ZoneOrigin | undefined;
  /** The platforms that the words used so far leave possible. */
  readonly platforms: readonly Platform[];
  /** Properties of the zone itself, in the order of their last `set`. Shorthands of resource controls are `rctl`s. */
  readonly properties: ReadonlyMap<string, Given>;
  /** Grouped by type, each group in stored order: what is changed moves to the end. */
  readonly resources: readonly Resource[];
  /** Whether it ends with `exit`: the real program reads no further. */
  readonly exited: boolean;
  /** The resource that is still open where the part ends. */
  readonly unfinished: ZoneOrigin | undefined;
}

/** A stretch of a file that is run on its own: one zone, as a rule. The object is kept while nothing in it changes. */
export interface Stretch {
  readonly sections: readonly Section[];
  readonly parts: readonly ZonePart[];
  readonly complaints: readonly Complaint[];
  /** Where this stretch is another one but for one section, of which nothing else depends. */
  readonly replaced:
    | {
        readonly in: readonly Section[];
        readonly old: Section;
        readonly by: Section;
        readonly resource: Resource;
      }
    | undefined;
}

/** All of one command file. */
export interface ZoneConfiguration {
  readonly document: ZoneSource;
  readonly platform: Platform | undefined;
  readonly stretches: readonly Stretch[];
  /** At least one, unless the file has no commands. */
  readonly parts: readonly ZonePart[];
  /** What the real program says while it runs the commands, and what verify says at the end. */
  readonly complaints: readonly Complaint[];
}
