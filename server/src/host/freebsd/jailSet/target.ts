import { prisonsNamed } from "../prisonIndex.ts";
import { findPrison, isDescendant, prison, relativeName } from "../prisons.ts";
import { since } from "../release.ts";
import type { Prison } from "../types.ts";
import { fullName, numberOfName, splitName } from "./names.ts";
import { type Call, givenCause, type Request, refuse } from "./types.ts";

/** What a call is about. */
export interface Target {
  /** The prison to change; absent where one is to be created. */
  readonly jail?: Prison;
  /** Its parent, or that of the new one. */
  readonly parent: Prison;
  /** The wanted jid; 0 for any. */
  readonly jid: number;
  /** The last part of the wanted name; absent where none was given. */
  readonly last?: string;
}

/** Finds the prison that is meant, or at least its parent. Source: the middle of kern_jail_set(). */
export function findTarget(call: Call, request: Request): Target {
  const { host, self } = call;
  if (self.state === "dying")
    throw refuse("28", "EAGAIN", `Jail ${self.name}, from which this is asked, is dying.`);
  const jid = wantedJid(call, request);
  const byJid = call.described ? described(call, call.described, jid) : byNumber(call, jid);
  const { name = byJid && revivedName(call, byJid, request) } = request;
  if (name === undefined) {
    if (!byJid && onlyUpdates(call))
      throw refuse("38", "ENOENT", "Neither a jid nor a name says which jail is meant.", {
        message: "update specified no jail",
      });
    return byJid ? found(host, byJid, byJid.jid) : { parent: self, jid };
  }
  return byName(call, byJid, jid, name);
}

const onlyCreates = ({ flags }: Call) => Boolean(flags.create && !flags.update);
const onlyUpdates = ({ flags }: Call) => Boolean(flags.update && !flags.create);
/** Before 14, dying prisons count as there, and a flag lets them be changed. */
const mayRevive = ({ host }: Call) => !since(host, 14);

function found(host: Call["host"], jail: Prison, jid: number, last?: string): Target {
  const target = { jail, parent: prison(host, jail.parent), jid };
  return last === undefined ? target : { ...target, last };
}

/** A name that is wholly a number asks for that jid, where nothing but a creation is wanted. */
function wantedJid(call: Call, { jid, name }: Request): number {
  if (!onlyCreates(call) || jid !== 0 || name === undefined) return jid;
  return numberOfName(splitName(name).last);
}

function described(call: Call, jail: Prison, jid: number): Prison {
  const causes = [givenCause(call, "desc")];
  if (onlyCreates(call))
    throw refuse("29", "EEXIST", `Jail ${jail.jid} of the descriptor exists.`, {
      message: `jail ${jail.jid} already exists`,
      causes,
    });
  if (jail.state === "dying")
    throw refuse("29", "ENOENT", `Jail ${jail.jid} of the descriptor is dying.`, {
      message: `jail ${jail.jid} is dying`,
      causes,
    });
  if (jid !== 0 && jid !== jail.jid)
    throw refuse("29", "EINVAL", `The descriptor means jail ${jail.jid}, and not ${jid}.`, {
      message: "cannot change jid",
      causes: [...causes, givenCause(call, "jid")],
    });
  return jail;
}

function byNumber(call: Call, jid: number): Prison | undefined {
  const { host, self, flags } = call;
  if (jid === 0) return undefined;
  const causes = [givenCause(call, Object.hasOwn(call.parameters, "jid") ? "jid" : "name")];
  if (jid < 0)
    throw refuse("30", "EINVAL", `The jid ${jid} is negative.`, { message: "negative jid", causes });
  const there = findPrison(host, jid);
  const jail = there?.state === "alive" || mayRevive(call) ? there : undefined;
  if (jail && onlyCreates(call))
    throw refuse("31", "EEXIST", `Jail ${jid} exists already.`, {
      message: `jail ${jid} already exists`,
      causes,
    });
  if (!jail && onlyUpdates(call))
    throw refuse("32", "ENOENT", `There is no jail ${jid}.`, { message: `jail ${jid} not found`, causes });
  if (jail && !isDescendant(host, self.jid, jid))
    throw refuse("33", "ENOENT", `Jail ${jid} is not below the caller's jail, so it does not exist there.`, {
      message: `jail ${jid} not found`,
      causes,
    });
  if (jail?.state === "dying" && !flags.dying)
    throw refuse("32", "ENOENT", `Jail ${jid} is dying.`, { message: `jail ${jid} is dying`, causes });
  return jail;
}

/** A dying prison that is to be revived must claim its name again: another one may have it now. */
function revivedName(call: Call, jail: Prison, { persist }: Request): string | undefined {
  if (jail.state === "alive" || !(call.flags.attach || persist)) return undefined;
  return relativeName(call.self, jail);
}

function byName(call: Call, byJid: Prison | undefined, jid: number, name: string): Target {
  const { host, self } = call;
  const { parent: above, last } = splitName(name);
  const causes = [givenCause(call, "name")];
  let parent = byJid ? prison(host, byJid.parent) : self;
  if (above !== undefined && byJid) {
    if (fullOf(self, above) !== parent.name)
      throw refuse("34", "EINVAL", `The name ${name} would move jail ${byJid.jid} below another one.`, {
        message: "cannot change jail's parent",
        causes,
      });
  } else if (above !== undefined) parent = findParent(call, above);

  if (last === "") return byJid ? found(host, byJid, jid, last) : { parent, jid, last };
  const siblings = prisonsNamed(host, fullName(parent, last)).filter(
    (other) => other.parent === parent.jid && other.jid !== byJid?.jid,
  );
  const living = siblings.find(({ state }) => state === "alive");
  if (living && (byJid || onlyCreates(call)))
    throw refuse("36", "EEXIST", `Jail ${living.name} exists already, with jid ${living.jid}.`, {
      message: `jail "${name}" already exists`,
      causes: [...causes, ...(living.causes["name"] ? [living.causes["name"]] : [])],
    });
  if (living) return found(host, living, living.jid, last);
  if (byJid) return found(host, byJid, byJid.jid, last);
  const dying = mayRevive(call) && !onlyCreates(call) ? siblings.at(-1) : undefined;
  if (dying && call.flags.dying) return found(host, dying, dying.jid, last);
  if (onlyUpdates(call))
    throw refuse("37", "ENOENT", dying ? `Jail ${name} is dying.` : `There is no jail ${name}.`, {
      message: `jail "${name}" ${dying ? "is dying" : "not found"}`,
      causes,
    });
  return { parent, jid, last };
}

/** The full name of what a caller calls by a relative one. */
function fullOf(self: Prison, name: string): string {
  return self.jid === 0 ? name : `${self.name}.${name}`;
}

function findParent(call: Call, name: string): Prison {
  const { host, self } = call;
  const named = prisonsNamed(host, fullOf(self, name));
  const parent = named.find(({ state }) => state === "alive") ?? named.at(-1);
  const causes = [givenCause(call, "name")];
  if (!parent)
    throw refuse("35", "ENOENT", `There is no jail ${name} to create one in.`, {
      message: `jail "${name}" not found`,
      causes,
    });
  if (parent.state === "dying")
    throw refuse("35", "ENOENT", `Jail ${name}, the parent, is dying.`, {
      message: `jail "${name}" is dying`,
      causes,
    });
  return parent;
}
