import { readFile } from "../../filesystem/files.ts";
import type { Host } from "../../host.ts";
import { type Family, familyOf, parseAddress } from "../../network/addresses.ts";
import type { Process } from "../../process/types.ts";
import type { DefinedParameter, JailDefinition } from "./definition.ts";
import { Settings } from "./settings.ts";

/**
 * `ip_hostname`: the addresses of `host.hostname` behind those that are given. Names are looked up in hosts(5); DNS is not
 * part of the model. Source: check_intparams() in usr.sbin/jail/config.c.
 */

const LISTS: Readonly<Record<Family, string>> = { inet: "ip4.addr", inet6: "ip6.addr" };

export interface WithAddresses {
  readonly definition: JailDefinition;
  /** A name that only DNS may know: the jail is dealt with as if it had no addresses. */
  readonly unknown?: string;
}

export function withHostAddresses(host: Host, caller: Process, definition: JailDefinition): WithAddresses {
  if (definition.parameters.every(({ plain }) => plain !== "ip_hostname")) return { definition };
  const settings = new Settings(definition);
  const name = settings.text("host.hostname");
  if (!settings.flag("ip_hostname") || !name) return { definition };
  const found = addressesOf(host, caller, name);
  if (found.length === 0) return { definition, unknown: name };
  const cause = settings.cause("ip_hostname");
  let { parameters } = definition;
  for (const [family, list] of Object.entries(LISTS)) {
    const values = found.filter((text) => familyOf(text) === family).map((text) => ({ text, cause }));
    if (values.length > 0)
      parameters = withValues(parameters, { name: list, plain: list, negated: false, values, cause });
  }
  return { definition: { ...definition, parameters } };
}

function withValues(
  parameters: readonly DefinedParameter[],
  added: DefinedParameter,
): readonly DefinedParameter[] {
  const known = parameters.find(({ plain }) => plain === added.plain);
  if (!known) return [...parameters, added];
  const both = { ...known, values: [...known.values, ...added.values] };
  return parameters.map((one) => (one === known ? both : one));
}

/** All addresses of a name, each once; a name that is an address is its own. */
function addressesOf(host: Host, caller: Process, name: string): string[] {
  const numeric = parseAddress(name);
  if (numeric !== undefined) return [numeric];
  const read = readFile(host, caller, "/etc/hosts");
  const found = new Set<string>();
  for (const line of read.ok ? read.value.split("\n") : []) {
    const [text = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    const address = parseAddress(text);
    // Names differ in no way by their case.
    if (address !== undefined && names.some((one) => one.toLowerCase() === name.toLowerCase()))
      found.add(address);
  }
  return [...found];
}
