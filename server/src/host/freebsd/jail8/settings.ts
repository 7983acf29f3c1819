import { findParameter } from "../../../catalog/jail-conf/lookup.ts";
import {
  type AddressEntry,
  parseAddressEntry,
  parseInteger,
  pseudoTruth,
} from "../../../configuration/jail-conf/values.ts";
import type { Cause } from "../../decision.ts";
import type { DefinedParameter, DefinedValue, JailDefinition } from "./definition.ts";

/** The devfs ruleset of `mount.devfs` without `devfs_ruleset`. Source: usr.sbin/jail/command.c. */
const DEFAULT_RULESET = "4";

/** One entry of `ip4.addr` or `ip6.addr` that is to be set on an interface. */
export interface Alias extends AddressEntry {
  readonly link: string;
  readonly value: DefinedValue;
}

/** The pseudo-parameters of one jail, as jail(8) uses them itself. Source: usr.sbin/jail/config.c. */
export class Settings {
  private readonly byName = new Map<string, DefinedParameter>();

  constructor({ parameters }: JailDefinition) {
    for (const parameter of parameters) this.byName.set(parameter.plain, parameter);
  }

  get(name: string): DefinedParameter | undefined {
    return this.byName.get(name);
  }
  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** What the value or the statement of a parameter is blamed on; the default where nobody set it. */
  cause(name: string): Cause {
    const parameter = this.byName.get(name);
    if (!parameter) return { what: `${name} (default)`, from: "default" };
    return parameter.values.at(-1)?.cause ?? parameter.cause;
  }

  /** A boolean of jail(8) itself; false where nobody set it. */
  flag(name: string): boolean {
    const parameter = this.byName.get(name);
    if (!parameter) return false;
    return (
      pseudoTruth(
        parameter.name,
        parameter.values.map(({ text }) => text),
      ) ?? false
    );
  }

  /** Of several values the last one counts. */
  text(name: string): string | undefined {
    return this.byName.get(name)?.values.at(-1)?.text;
  }

  integer(name: string): number | undefined {
    return parseInteger(this.text(name) ?? "");
  }

  list(name: string): readonly DefinedValue[] {
    return this.byName.get(name)?.values ?? [];
  }

  get path(): string | undefined {
    return this.text("path") || undefined;
  }

  get ruleset(): string {
    return this.text("devfs_ruleset") ?? DEFAULT_RULESET;
  }

  /** Seconds that the processes of the jail get to end by themselves. */
  get stopTimeout(): number {
    return this.integer("stop.timeout") ?? Number(findParameter("stop.timeout")?.parameter.default ?? 10);
  }

  /** The addresses that jail(8) sets on an interface: those that name one, or all with `interface`. */
  aliases(name: "ip4.addr" | "ip6.addr"): Alias[] {
    const common = this.text("interface") || undefined;
    return this.list(name).flatMap((value) => {
      const entry = parseAddressEntry(value.text);
      const link = entry.interface ?? common;
      return link === undefined || entry.address === "" || entry.address === "-"
        ? []
        : [{ ...entry, link, value }];
    });
  }
}
