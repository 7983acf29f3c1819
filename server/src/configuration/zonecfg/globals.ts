import type { Assignment, Command, Section } from "@zonewarden/grammars/zonecfg/tree";
import { findBrand, globalProperty, resourcesWith } from "../../catalog/zonecfg/lookup.ts";
import { PLATFORMS, platformName } from "../../catalog/zonecfg/property.ts";
import { isUsable, rctlOfGlobal, storeAlias } from "./aliases.ts";
import { configValue, isRefusal, list, otherPlatforms } from "./block.ts";
import { checkText, formOf } from "./checks.ts";
import type { Session } from "./session.ts";
import type { Given, ZoneOrigin } from "./types.ts";

/** `set` of a property of the zone. Source: usr/src/cmd/zonecfg/zonecfg.c (set_func). */
export function setGlobal(
  session: Session,
  command: Command,
  { name, value }: Assignment,
  section: Section,
): void {
  const property = globalProperty(name.text);
  if (!value || !property) return;
  const at = session.at(section);
  const { state } = session;
  state.dirty = true;
  const elsewhere = otherPlatforms(property.platforms, state);
  if (elsewhere) {
    session.say({
      code: "zone/other-platform",
      origin: at(name),
      message: `\`${name.text}\` is ${elsewhere}.`,
    });
    return;
  }
  state.narrow(property.platforms);
  const given = configValue(value);
  if (typeof given !== "string") {
    if (property.multiple && state.platforms.includes("solaris11")) return;
    session.say({
      code: "zone/wrong-form",
      origin: at(value),
      message: `\`${name.text}\` wants a simple value, not a ${formOf(given) === "list" ? "list" : "value in `( )`"}.`,
    });
    state.refuse(name.text);
    return;
  }
  const origin = at(value);
  const flaw = checkText(undefined, name.text, given, state);
  if (flaw) session.say({ ...flaw, origin });
  if (flaw && isRefusal(flaw)) {
    state.refuse(name.text, given);
    return;
  }
  state.settle(name.text);
  const whole = at({ start: command.word.start, end: command.end });
  overwritten(session, name.text, whole);
  const text = name.text === "zonepath" ? collapsed(given) : given;
  const stored: Given = { value: text, origin, template: undefined };
  const rctl = rctlOfGlobal(name.text);
  if (rctl) {
    const before = state.rctl(rctl.name);
    if (before && !isUsable(rctl, before)) {
      session.say({
        code: "zone/alias-conflict",
        origin: at(name),
        message: `\`${name.text}\` cannot be set: the zone has \`${rctl.name}\` with other values or another action.`,
        ...(before.origin && { related: [{ origin: before.origin, message: "It is set here." }] }),
      });
      return;
    }
    storeAlias(rctl, given, stored, whole, state);
    return;
  }
  if (name.text === "zonename") state.name = given;
  if (name.text === "brand") narrowByBrand(session, given, origin);
  if (name.text === "pool" && poolConflict(session, given, origin)) return;
  // The order of the last `set` is the order in which they are kept.
  state.properties.delete(name.text);
  if (given !== "") state.properties.set(name.text, stored);
}

/** Repeated slashes and one at the end are dropped. Source: libzonecfg.c (zonecfg_set_zonepath, canonicalize). */
function collapsed(path: string): string {
  return path.replace(/\/{2,}/g, "/").replace(/(.)\/$/, "$1");
}

function narrowByBrand(session: Session, brand: string, origin: ZoneOrigin) {
  const platforms = PLATFORMS.filter((platform) => findBrand(brand, platform));
  if (platforms.length === 0 || session.state.narrow(platforms)) return;
  const where = platforms.map(platformName).join(", ");
  session.say({
    code: "zone/brand-elsewhere",
    origin,
    message: `The brand \`${brand}\` is known of ${where}, and not of ${session.state.platforms.map(platformName).join(" or ")}.`,
  });
}

function poolConflict(session: Session, pool: string, origin: ZoneOrigin): boolean {
  const dedicated = session.state.one("dedicated-cpu");
  if (pool === "" || !dedicated) return false;
  session.say({
    code: "zone/cpu-conflict",
    origin,
    message: "A zone has either a `pool` or CPUs of its own (`dedicated-cpu`), not both.",
    ...(dedicated.origin && { related: [{ origin: dedicated.origin, message: "The CPUs are set here." }] }),
  });
  return true;
}

/** A `set` that a later one replaces before anything looked at it. What order matters for is left alone. */
function overwritten(session: Session, name: string, origin: ZoneOrigin) {
  if (name === "ip-type" || name === "brand" || name === "zonename") return;
  const before = session.lastSet.get(name);
  if (before)
    session.say({
      code: "zone/overwritten",
      origin: before,
      message: `\`${name}\` is set again below: this has no effect.`,
      related: [{ origin, message: "It is set again here." }],
    });
  session.lastSet.set(name, origin);
}

/** `clear` in the global scope. */
export function clearGlobal(session: Session, command: Command, section: Section): void {
  const { property } = command;
  if (!property?.known || command.broken) return;
  const at = session.at(section);
  const { state } = session;
  const known = globalProperty(property.text);
  if (!known) {
    const owners = resourcesWith(property.text);
    session.say({
      code: "zone/outside-resource",
      origin: at(property),
      message: `\`${property.text}\` is a property of ${owners.length > 0 ? list(owners) : "a resource"}: \`select\` the resource first.`,
    });
    return;
  }
  if (!known.clearable) {
    session.say({
      code: "zone/not-clearable",
      origin: at(property),
      message: `\`${property.text}\` cannot be cleared.`,
    });
    return;
  }
  state.dirty = true;
  state.settle(property.text);
  session.lastSet.delete(property.text);
  const rctl = rctlOfGlobal(property.text);
  if (rctl) {
    const stored = state.rctl(rctl.name);
    if (stored) state.remove(stored);
    else if (state.base === "template")
      session.say({
        code: "zone/clear-unset",
        origin: at(property),
        message: `\`${property.text}\` is not set: \`clear\` fails.`,
      });
    return;
  }
  state.properties.delete(property.text);
  const left = property.text === "autoboot" ? "false" : property.text === "ip-type" ? "shared" : undefined;
  if (left !== undefined && !(left === "shared" && state.platforms.includes("solaris11")))
    state.properties.set(property.text, { value: left, origin: at(property), template: undefined });
}
