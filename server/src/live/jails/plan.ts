import { findParameter } from "../../catalog/jail-conf/lookup.ts";
import { parseAddressEntry } from "../../configuration/jail-conf/values.ts";
import type { Cause } from "../../host/decision.ts";
import type { DefinedParameter, JailDefinition } from "../../host/freebsd/jail8/definition.ts";
import type { Plan } from "../../protocol.ts";
import type { Texts } from "../texts.ts";

/**
 * What it takes to bring a running jail to its configuration. `jail -m` gives the kernel the parameters that are set; it
 * takes back nothing that is no longer set, changes nothing that is fixed at creation, and does none of the steps of a
 * start. Source: jail(8), rdtun_params() and update_jail() in usr.sbin/jail/jail.c.
 */

/** Parameters that jail(8) reads when it stops a jail: a change needs nothing. */
const READ_AT_STOP: ReadonlySet<string> = new Set([
  "exec.prestop",
  "exec.stop",
  "exec.poststop",
  "exec.release",
  "stop.timeout",
]);

/** Who is started before whom: of no meaning to what runs. */
const ORDER: ReadonlySet<string> = new Set(["depend"]);

/** `undefined`: it is as configured. `after` is absent for a jail that is no longer in any file. */
export function planOf(
  before: JailDefinition,
  after: JailDefinition | undefined,
  texts: Texts,
): Plan | undefined {
  if (!after) return { kind: "removed", parameters: [] };
  if (after === before) return undefined;
  const old = new Map(before.parameters.map((parameter) => [parameter.plain, parameter]));
  const now = new Map(after.parameters.map((parameter) => [parameter.plain, parameter]));
  const links = { before: linkOf(old), after: linkOf(now) };
  const found: Plan["parameters"][number][] = [];
  const note = (was: DefinedParameter | undefined, is: DefinedParameter | undefined) => {
    const plain = (is ?? was)?.plain ?? "";
    if (READ_AT_STOP.has(plain) || ORDER.has(plain)) return;
    const texted = { before: textOf(was), after: textOf(is) };
    if (texted.before === texted.after) return;
    const location = locationOf(is?.values.at(-1)?.cause ?? is?.cause ?? after.cause, texts);
    const needsRestart = !is || isFixed(plain, was, is, links);
    found.push({ name: plain, ...texted, needsRestart, ...(location && { location }) });
  };
  for (const parameter of after.parameters) note(old.get(parameter.plain), parameter);
  for (const parameter of before.parameters) if (!now.has(parameter.plain)) note(parameter, undefined);
  if (found.length === 0) return undefined;
  const fixed = found.filter(({ needsRestart }) => needsRestart);
  return fixed.length > 0 ? { kind: "restart", parameters: fixed } : { kind: "modify", parameters: found };
}

function isFixed(
  plain: string,
  was: DefinedParameter | undefined,
  { name, values }: DefinedParameter,
  links: { readonly before: string | undefined; readonly after: string | undefined },
): boolean {
  if (plain === "ip4.addr" || plain === "ip6.addr") {
    // Only a start puts addresses on interfaces, and only a stop takes them away.
    const entries = [...values, ...(was?.values ?? [])].map(({ text }) => parseAddressEntry(text));
    return (
      links.after !== undefined || links.before !== undefined || entries.some((entry) => entry.interface)
    );
  }
  const named = findParameter(name)?.parameter;
  return named?.change !== "yes";
}

function linkOf(parameters: ReadonlyMap<string, DefinedParameter>): string | undefined {
  return parameters.get("interface")?.values.at(-1)?.text || undefined;
}

/** As people read it: a bare word is `true`, one with `no` is `false`, nothing is empty. */
function textOf(parameter: DefinedParameter | undefined): string {
  if (!parameter) return "";
  const { values, negated } = parameter;
  return values.length > 0 ? values.map(({ text }) => text).join(", ") : String(!negated);
}

function locationOf({ place }: Cause, texts: Texts) {
  return place && texts.locate(place);
}
