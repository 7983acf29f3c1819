import { basicPrivileges, privilegeOrder } from "../../../catalog/illumos/privilegeSets.ts";
import type { Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { privilegeSet, type SetName } from "../privileges.ts";
import { setPrivileges } from "../process/ownPrivileges.ts";
import { illumosOf } from "../state.ts";
import { zoneOf } from "../zones.ts";

/** `A-net_access`, `EP+basic,file_dac_read`, `I=basic`: what `ppriv -s` changes. Source: ppriv(1), priv_str_to_set(3C). */
export interface PrivilegeSpec {
  readonly sets: readonly SetName[];
  readonly how: "on" | "off" | "set";
  readonly names: readonly string[];
}

/** The effective set is bound by the permitted one, and so comes before it where they shrink. */
const SETS: Readonly<Record<string, SetName>> = {
  E: "effective",
  I: "inheritable",
  P: "permitted",
  L: "limit",
};

/** @returns the word that is wrong, as a text */
export function privilegeSpec(host: Host, process: Process, text: string): PrivilegeSpec | string {
  const [, letters = "", sign = "", list = ""] = /^([A-Za-z]*)([-+=])(.*)$/.exec(text) ?? [];
  const wanted = letters === "" ? "A" : letters.toUpperCase();
  const wrong = [...wanted].find((letter) => letter !== "A" && !Object.hasOwn(SETS, letter));
  if (sign === "" || wrong !== undefined) return text;
  const names = new Set<string>();
  for (const word of list.split(",").filter((one) => one !== "")) {
    const without = /^[!-]/.test(word);
    const name = word.replace(/^[!-]/, "").toLowerCase();
    const meant = namesOf(host, process, name);
    if (!meant) return word;
    for (const one of meant) without ? names.delete(one) : names.add(one);
  }
  return {
    sets: wanted.includes("A") ? Object.values(SETS) : [...wanted].flatMap((letter) => SETS[letter] ?? []),
    how: sign === "+" ? "on" : sign === "-" ? "off" : "set",
    names: privilegeOrder.filter((name) => names.has(name)),
  };
}

function namesOf(host: Host, process: Process, word: string): readonly string[] | undefined {
  if (word === "all") return privilegeOrder;
  if (word === "none") return [];
  if (word === "basic") return [...basicPrivileges];
  if (word === "zone") return illumosOf(host).privilegeSets[zoneOf(host, process).privileges] ?? [];
  return privilegeOrder.includes(word) ? [word] : undefined;
}

/** Changes the sets of a process one after the other; the first refusal ends it. */
export function applySpec(
  host: Host,
  process: Process,
  { sets, how, names }: PrivilegeSpec,
  target: Process,
): Outcome | undefined {
  for (const which of sets) {
    const outcome = setPrivileges(host, process, which, how, names, target);
    if (!outcome.ok) return outcome;
  }
  return undefined;
}

/**
 * What is left of the sets as a program is executed: the inheritable ones within the limit, or the whole limit for root.
 * Source: privileges(7), gexec() in usr/src/uts/common/os/exec.c.
 */
export function executePrivileges(host: Host, process: Process): void {
  const limit = privilegeSet(host, process, "limit");
  const within = new Set(limit);
  const inherited = privilegeSet(host, process, "inheritable").filter((name) => within.has(name));
  const own = process.credential.uid === 0 ? limit : inherited;
  const before = new Set(privilegeSet(host, process, "permitted"));
  setPrivileges(
    host,
    process,
    "inheritable",
    "set",
    inherited.filter((name) => before.has(name)),
  );
  setPrivileges(
    host,
    process,
    "permitted",
    "set",
    own.filter((name) => before.has(name)),
  );
  setPrivileges(
    host,
    process,
    "effective",
    "set",
    own.filter((name) => before.has(name)),
  );
}
