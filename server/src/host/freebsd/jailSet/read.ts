import { byteLength } from "../../../configuration/bytes.ts";
import type { JailSys } from "../types.ts";
import { type Call, givenCause, type ParamValue, refuse } from "./types.ts";

/**
 * Reads values by name. What was never asked for is unknown to the kernel. Source: vfs_copyopt(), vfs_getopt() and
 * vfs_flagopt() in sys/kern/vfs_mount.c.
 */
export class Reader {
  private readonly call: Call;
  private readonly seen = new Set<string>();

  constructor(call: Call) {
    this.call = call;
  }

  /** Marks a name as known, and gives its value. */
  take(name: string): ParamValue["value"] | undefined {
    if (!Object.hasOwn(this.call.parameters, name)) return undefined;
    this.seen.add(name);
    return this.call.parameters[name]?.value;
  }

  /** A 32-bit integer. */
  integer(name: string, check = "11"): number | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
    if (typeof number !== "number" || !Number.isInteger(number) || Math.abs(number) > 0x7fff_ffff)
      throw refuse(check, "EINVAL", `${name} is not an integer.`, { causes: [givenCause(this.call, name)] });
    return number;
  }

  /** A boolean by its name and its `no` form. The positive one wins where both are given. */
  flag(name: string): boolean | undefined {
    const positive = this.boolean(name);
    const negative = this.boolean(negation(name));
    if (positive === true || negative === false) return true;
    return positive === undefined && negative === undefined ? undefined : false;
  }

  private boolean(name: string): boolean | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === "boolean") return value;
    if (value === "" || value === "true" || value === 1 || value === "1") return true;
    if (value === "false" || value === 0 || value === "0") return false;
    throw refuse("11", "EINVAL", `${name} is neither true nor false.`, {
      causes: [givenCause(this.call, name)],
    });
  }

  /** `disable`, `new` or `inherit`, also as 0, 1 and 2; a bare word is `new`. */
  mode(name: string, check: string, disable: boolean): JailSys | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    const mode = value === true ? "new" : MODES.find((mode, i) => value === mode || String(value) === `${i}`);
    if (!mode || (mode === "disable" && !disable))
      throw refuse(check, "EINVAL", `${name} cannot be ${String(value)}.`, {
        causes: [givenCause(this.call, name)],
      });
    return mode;
  }

  /** A text of at most `size` bytes with the NUL at its end. A bare word has no text at all. */
  text(name: string, empty: string, size: number, tooLong: string): string | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    const details = { causes: [givenCause(this.call, name)] };
    if (typeof value === "number") return String(value);
    if (typeof value !== "string") throw refuse(empty, "EINVAL", `${name} has no text.`, details);
    if (value.includes("\0")) throw refuse(empty, "EINVAL", `${name} has a NUL in it.`, details);
    if (byteLength(value) + 1 > size)
      throw refuse(tooLong, "ENAMETOOLONG", `${name} is longer than ${size - 1} bytes.`, details);
    return value;
  }

  /** A list; text is split at commas, and empty text or a dash is an empty list, as libjail(3) reads them. */
  list(name: string): readonly string[] | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (typeof value === "object") return value;
    if (typeof value === "boolean" || value === "" || value === "-") return [];
    return String(value).split(/\s*,\s*/);
  }

  /** The first parameter that nobody has asked for. */
  unknown(): string | undefined {
    return Object.keys(this.call.parameters).find((name) => !this.seen.has(name) && name !== "errmsg");
  }
}

const MODES: readonly JailSys[] = ["disable", "new", "inherit"];

/** `nopersist`, `allow.noraw_sockets`, `allow.mount.nozfs`: the `no` stands before the last part. */
export function negation(name: string): string {
  const at = name.lastIndexOf(".") + 1;
  return `${name.slice(0, at)}no${name.slice(at)}`;
}
