import type { Command, Section } from "@zonewarden/grammars/zonecfg/tree";
import { resourceType } from "../../catalog/zonecfg/lookup.ts";
import { rctlOfResource, storeAlias } from "./aliases.ts";
import type { Block } from "./block.ts";
import { checkEnd, duplicateOf } from "./ends.ts";
import { limits } from "./limits.ts";
import type { Session } from "./session.ts";
import type { Given, Resource, ZoneOrigin } from "./types.ts";
import { memory } from "./values.ts";

/**
 * Closes the open resource. `end` is the place of the command; without one (`end` is missing, which has been said) it
 * is not asked for what it lacks. Source: usr/src/cmd/zonecfg/zonecfg.c (end_func).
 */
export function endBlock(session: Session, end: ZoneOrigin | undefined, block = session.block as Block) {
  session.block = block.outer;
  if (block.isRefused) return;
  if (end) for (const complaint of checkEnd(block, end, session.state)) session.say(complaint);
  if (block.outer) block.outer.nested.push(block);
  else storeBlock(session, block, end);
}

/** A resource begins while another one is open: taken as closed, so that one mistake is one error. */
export function forgottenEnd(session: Session, { word }: Command, section: Section) {
  const block = session.block as Block;
  session.say({
    code: "zone/missing-end",
    origin: session.at(section)(word),
    message: `\`end\` is missing before this: \`${block.type}\` is still open.`,
    related: [{ origin: block.origin, message: "The resource begins here." }],
  });
  endBlock(session, undefined);
  session.block = undefined;
}

/** Puts a finished resource into the zone, if it does not have it already. */
export function storeBlock(session: Session, block: Block, end: ZoneOrigin | undefined) {
  const { state } = session;
  if (block.type === "capped-cpu" || block.type === "capped-memory") return storeLimits(session, block);
  // What was not found in a zone that is known has been said.
  if (block.isUnknown && (state.base === "template" || block.properties.size === 0)) return;
  // What a refused value would have told apart is not known.
  if (!block.selected && !block.isUnknown && block.refused.size === 0) {
    const other = duplicateOf(block, state);
    if (other) {
      sayDuplicate(session, block, other, end);
      return;
    }
  }
  if (block.selected) state.remove(block.selected);
  state.add(block);
}

function sayDuplicate(session: Session, block: Block, other: Resource, end: ZoneOrigin | undefined) {
  const key = block.type === "net" ? "physical" : (resourceType(block.type)?.key ?? "");
  const origin = block.properties.get(key)?.[0]?.origin ?? end ?? block.origin;
  const first = other.properties.get(key)?.[0]?.origin ?? other.origin;
  session.say({
    code: "zone/duplicate",
    origin,
    message:
      block.type === "net"
        ? "The zone has a `net` like this already; an address tells two of them apart."
        : `Another \`${block.type}\` of the zone has this \`${key}\` already.`,
    ...(first
      ? { related: [{ origin: first, message: "The first one is here." }] }
      : {
          message: `The template of the zone has this \`${key}\` in another \`${block.type}\` already: change that one with \`select\`.`,
        }),
  });
}

/** `capped-cpu` and `capped-memory` are stored as resource controls, for the greatest part. */
function storeLimits(session: Session, block: Block) {
  const { state } = session;
  for (const source of limits(block.type, state)?.sources ?? []) state.remove(source);
  const rest = new Map<string, readonly Given[]>();
  for (const [name, values] of block.properties) {
    const rctl = rctlOfResource(block.type, name, state);
    const given = values[0];
    if (rctl && typeof given?.value === "string") storeAlias(rctl, given.value, given, block.origin, state);
    else rest.set(name, values.map(inBytes));
  }
  if (rest.size > 0)
    state.add({ type: block.type, properties: rest, origin: block.origin, template: undefined, nested: [] });
}

/** A size is stored as a number of bytes. */
function inBytes(given: Given): Given {
  const bytes = typeof given.value === "string" ? memory(given.value) : undefined;
  return bytes === undefined ? given : { ...given, value: String(bytes) };
}
