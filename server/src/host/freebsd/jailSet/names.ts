import { byteLength } from "../../../configuration/bytes.ts";
import { descendantsOf } from "../prisons.ts";
import type { Prison } from "../types.ts";
import { type Call, givenCause, refuse } from "./types.ts";

/** Names of prisons. Source: the name parts of kern_jail_set(). */

/** Source: MAXHOSTNAMELEN in sys/sys/param.h, without the NUL. */
const LONGEST = 255;

/** The part behind the last dot, and what is before. */
export function splitName(name: string): { parent?: string; last: string } {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? { last: name } : { parent: name.slice(0, dot), last: name.slice(dot + 1) };
}

/** A full name from that of the parent. */
export function fullName(parent: Prison, last: string): string {
  return parent.jid === 0 ? last : `${parent.name}.${last}`;
}

/** The number that a name is as a whole, as strtoul(3) reads it; 0 for a name that is none. */
export function numberOfName(last: string): number {
  return /^\s*[+-]?\d+$/.test(last) ? Number(last) : 0;
}

/** The last part that a prison gets: its jid where it is empty. A number must be the jid, in its usual form. */
export function checkName(
  call: Call,
  jail: Prison | undefined,
  jid: number,
  parent: Prison,
  last: string,
): string {
  const own = last === "" ? String(jid) : last;
  const causes = [givenCause(call, "name")];
  if (/^\s*[+-]?\d+$/.test(own) && own !== String(jid))
    throw refuse("50", "EINVAL", `The name ${own} is a number, but not the jid ${jid}.`, {
      message: "name cannot be numeric (unless it is the jid)",
      causes,
    });
  const name = fullName(parent, own);
  if (byteLength(name) > LONGEST)
    throw refuse("50a", "ENAMETOOLONG", `The full name is longer than ${LONGEST} bytes.`, { causes });
  if (jail) {
    const more = byteLength(name) - byteLength(jail.name);
    const tooLong = descendantsOf(call.host, jail.jid).find(
      (below) => byteLength(below.name) + more > LONGEST,
    );
    if (tooLong)
      throw refuse(
        "50a",
        "ENAMETOOLONG",
        `The new name of ${tooLong.name} is longer than ${LONGEST} bytes.`,
        {
          causes,
        },
      );
  }
  return own;
}
