import type { Command, Section } from "@zonewarden/grammars/zonecfg/tree";
import { propertyOf, resourceType } from "../../catalog/zonecfg/lookup.ts";
import { suggestResource } from "../../catalog/zonecfg/mistakes.ts";
import { Block, list, otherPlatforms } from "./block.ts";
import { quoted } from "./checks.ts";
import { limits } from "./limits.ts";
import type { Session } from "./session.ts";
import { matches, type ZoneState } from "./state.ts";
import type { Complaint, Given, Resource, ZoneOrigin } from "./types.ts";

/** `add` of a resource. Source: usr/src/cmd/zonecfg/zonecfg.c (add_resource). */
export function addResource(session: Session, command: Command, section: Section) {
  const at = session.at(section);
  const name = command.resource ?? command.args[0];
  if (!name) return;
  session.state.dirty = true;
  const block = new Block(name.text, at(command.word));
  session.block = block;
  const type = resourceType(name.text);
  const refuse = (complaint: Complaint) => {
    session.say(complaint);
    block.isRefused = true;
  };
  if (!type && command.broken) {
    // The grammar has said so. Without a likeness to a type it may just as well be a property.
    block.isRefused = true;
    if (suggestResource(name.text).length === 0) session.block = undefined;
    return;
  }
  if (!type || (name.quoted && !command.resource)) return refuse(unknown(name, at(name)));
  const elsewhere = otherPlatforms(type.platforms, session.state);
  if (elsewhere)
    return refuse({
      code: "zone/other-platform",
      origin: at(name),
      message: `\`${name.text}\` is ${elsewhere}.`,
    });
  session.state.narrow(type.platforms);
  if (type.within)
    return refuse({
      code: "zone/unknown-resource",
      origin: at(name),
      message: `\`${name.text}\` is part of \`${type.within}\`: \`add\` it between \`add ${type.within}\` and \`end\`.`,
    });
  const conflict = conflictOf(name.text, at(name), session.state);
  if (!conflict) return;
  session.say(conflict);
  // A second set of security flags is remarked on and taken.
  block.isRefused = name.text !== "security-flags";
}

function unknown(name: { readonly text: string; readonly quoted: boolean }, origin: ZoneOrigin): Complaint {
  if (name.quoted && resourceType(name.text))
    return {
      code: "zone/unknown-resource",
      origin,
      message: "The type of a resource is a bare word, without quotes.",
      replacement: name.text,
    };
  const [near] = suggestResource(name.text);
  return {
    code: "zone/unknown-resource",
    origin,
    message: `${quoted(name.text)} is not a type of resource.${near ? ` Did you mean \`${near}\`?` : ""}`,
    ...(near && { replacement: near }),
  };
}

/** What a zone has already that refuses another resource. Source: zonecfg.c (add_resource). */
function conflictOf(type: string, origin: ZoneOrigin, state: ZoneState): Complaint | undefined {
  const about = (message: string, other: ZoneOrigin | undefined, code: string): Complaint => ({
    code,
    origin,
    message,
    ...(other && { related: [{ origin: other, message: "It is set here." }] }),
  });
  const again = (there: Resource | undefined) =>
    there &&
    about(
      `The zone has a \`${type}\` already: change it with \`select ${type}\`.`,
      there.origin,
      "zone/single-resource",
    );
  const dedicated = state.one("dedicated-cpu");
  const cap = state.rctl("zone.cpu-cap");
  switch (type) {
    case "dedicated-cpu": {
      if (dedicated) return again(dedicated);
      if (cap)
        return about(
          "CPUs of its own (`dedicated-cpu`) and a cap on CPU time exclude each other.",
          cap.origin,
          "zone/cpu-conflict",
        );
      const pool = state.properties.get("pool");
      if (pool)
        return about(
          "A zone has either a `pool` or CPUs of its own (`dedicated-cpu`), not both.",
          pool.origin,
          "zone/cpu-conflict",
        );
      return undefined;
    }
    case "capped-cpu":
      if (dedicated)
        return about(
          "A cap on CPU time and CPUs of its own (`dedicated-cpu`) exclude each other.",
          dedicated.origin,
          "zone/cpu-conflict",
        );
      return again(cap ?? state.one(type));
    case "capped-memory":
      return again(limits(type, state)?.sources[0]);
    default:
      return resourceType(type)?.single ? again(state.one(type)) : undefined;
  }
}

/** What `select` and `remove` can find a resource by. Source: zonecfg.c (fill_in_*). */
const FILTERS: Readonly<Record<string, readonly string[]>> = {
  fs: ["dir", "special", "raw", "type"],
  net: ["address", "allowed-address", "physical", "defrouter", "global-nic", "mac-addr", "vlan-id"],
  device: ["match"],
  rctl: ["name"],
  dataset: ["name"],
  attr: ["name", "type", "value"],
  admin: ["user", "auths"],
  "security-flags": ["default", "lower", "upper"],
  "inherit-pkg-dir": ["dir"],
};

/** The filters of a command as texts; `undefined` where one of them makes no sense, which is said. */
function filtersOf(
  session: Session,
  command: Command,
  section: Section,
  type: string,
): [string, string][] | undefined {
  const at = session.at(section);
  const filters: [string, string][] = [];
  const solaris11 = session.state.platforms.includes("solaris11");
  for (const { name, value } of command.assignments) {
    if (!value) return undefined;
    const taken = solaris11 ? propertyOf(type, name.text) !== undefined : FILTERS[type]?.includes(name.text);
    if (!taken) {
      // The three resources that are there once take any filter and ignore it.
      if (!FILTERS[type] && resourceType(type)?.single) continue;
      session.say({
        code: "zone/bad-filter",
        origin: at(name),
        message: `A \`${type}\` is found by ${list(FILTERS[type] ?? [])}, not by \`${name.text}\`.`,
      });
      return undefined;
    }
    if (value.kind !== "simple") {
      session.say({ code: "zone/wrong-form", origin: at(value), message: "A filter wants a simple value." });
      return undefined;
    }
    filters.push([name.text, value.text]);
  }
  return filters;
}

/** The resource type of `select` or `remove`; `undefined` where there is none of that name, which is said. */
function typeOf(session: Session, command: Command, section: Section): string | undefined {
  const at = session.at(section);
  const name = command.resource;
  if (!name || command.broken) return undefined;
  const type = resourceType(name.text);
  if (!type) return undefined;
  const elsewhere = otherPlatforms(type.platforms, session.state);
  if (elsewhere) {
    session.say({
      code: "zone/other-platform",
      origin: at(name),
      message: `\`${name.text}\` is ${elsewhere}.`,
    });
    return undefined;
  }
  session.state.narrow(type.platforms);
  if (command.number) {
    const unknown = otherPlatforms(["solaris11"], session.state);
    if (unknown) {
      session.say({
        code: "zone/other-platform",
        origin: at(command.number),
        message: `The number of a resource is ${unknown}.`,
      });
      return undefined;
    }
    session.state.narrow(["solaris11"]);
  }
  return name.text;
}

/** The resources of a type that a command finds: one by its number, or all that the filters fit. */
function findAll(
  { state }: Session,
  type: string,
  { number }: Command,
  filters: readonly [string, string][],
): Resource[] {
  const all = state.ofType(type);
  return number ? all.slice(Number(number.text)).slice(0, 1) : all.filter((one) => matches(one, filters));
}

/** `select`. Source: zonecfg.c (select_func). */
export function openSelected(session: Session, command: Command, section: Section) {
  session.isPlain = false;
  const at = session.at(section);
  const origin = at(command.word);
  const type = typeOf(session, command, section);
  session.state.dirty = true;
  const open = (selected: Resource | "unknown") => {
    session.block = new Block(type ?? command.resource?.text ?? "", origin, selected);
  };
  const filters = type === undefined ? undefined : filtersOf(session, command, section, type);
  if (type === undefined || filters === undefined) {
    open("unknown");
    return;
  }
  const stored = limits(type, session.state);
  if (stored) return open({ type, properties: stored.properties, origin, template: undefined, nested: [] });
  const found = findAll(session, type, command, filters);
  const [only] = found;
  if (only && found.length === 1) return open(only);
  if (only)
    session.say({
      code: "zone/several-matches",
      origin: at({ start: command.start, end: command.end }),
      message: `This finds ${found.length} resources, and \`select\` wants one: add a filter.`,
      related: found
        .slice(0, 5)
        .flatMap((r) => (r.origin ? [{ origin: r.origin, message: "One is here." }] : [])),
    });
  else if (session.state.base === "template")
    session.say({
      code: "zone/no-match",
      origin: at(rangeOf(command)),
      message: `The zone has no such \`${type}\`.`,
    });
  open("unknown");
  // What the filters say of it is known.
  const { block } = session;
  for (const { name, value } of command.assignments)
    if (value?.kind === "simple" && block) {
      const given: Given = { value: value.text, origin: at(value), template: undefined };
      block.properties.set(name.text, [given]);
    }
}

const rangeOf = ({ start, end }: Command) => ({ start, end });

/** `remove` of resources. Source: zonecfg.c (remove_resource). */
export function removeResources(session: Session, command: Command, section: Section) {
  session.isPlain = false;
  const at = session.at(section);
  const option = command.args[0];
  if (option && option.text !== "-F") {
    session.say({
      code: "zone/usage",
      origin: at(option),
      message: `\`remove\` takes no ${JSON.stringify(option.text)}: zonecfg shows its usage and does nothing.`,
    });
    return;
  }
  const type = typeOf(session, command, section);
  const filters = type === undefined ? undefined : filtersOf(session, command, section, type);
  if (type === undefined || filters === undefined) return;
  const { state } = session;
  state.dirty = true;
  const stored = limits(type, state);
  const found = stored?.sources ?? findAll(session, type, command, filters);
  const origin = at(rangeOf(command));
  if (found.length === 0) {
    if (state.base === "template" && !option)
      session.say({
        code: "zone/no-match",
        origin,
        message: `The zone has no such \`${type}\`.`,
        ...(type === "security-flags" && { severity: "warning" as const }),
      });
    return;
  }
  if (found.length > 1 && !stored && (filters.length > 0 || !option)) {
    session.say({
      code: "zone/several-matches",
      origin,
      message:
        filters.length > 0
          ? `This finds ${found.length} resources, and \`remove\` wants one: add a filter.`
          : `This removes ${found.length} resources, for which zonecfg asks: without a terminal write \`remove -F ${type}\`.`,
    });
    return;
  }
  for (const resource of found) state.remove(resource);
}
