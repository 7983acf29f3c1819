import { findPrivilege } from "../../../catalog/zonecfg/lookup.ts";
import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { privilege, privilegeSet, type SetName, setNumber } from "../privileges.ts";
import { numberOfSet } from "../zoneIndex.ts";
import { controls, inspects } from "./permissions.ts";

/** Changes of privilege sets and security flags. Source: usr/src/uts/common/os/priv.c, setppriv(2), psecflags(2). */

/**
 * setppriv(2): adds to a set (`on`), takes from it (`off`) or sets it. Privileges are never won: the permitted and the
 * limit set only shrink, and the others stay within the permitted one.
 * @param target another process, as ppriv -s has it; the caller by default
 */
export function setPrivileges(
  host: Host,
  process: Process,
  which: SetName,
  how: "on" | "off" | "set",
  names: readonly string[],
  target = process,
): Outcome {
  const unknown = names.find((name) => !findPrivilege(name));
  if (unknown !== undefined) return denied("EINVAL", "ppriv/name", `There is no privilege ${unknown}.`);
  if (target !== process) {
    const may = inspects(host, process, target, true);
    if (!may.ok) return may;
  }
  const old = privilegeSet(host, target, which);
  const next =
    how === "set"
      ? [...names]
      : how === "on"
        ? [...old, ...names]
        : old.filter((name) => !names.includes(name));
  const bound = new Set(which === "limit" ? old : privilegeSet(host, target, "permitted"));
  const gained = next.find((name) => !bound.has(name) && !(how !== "set" && old.includes(name)));
  if (gained !== undefined)
    return denied(
      "EPERM",
      "ppriv/gain",
      `${gained} is not in the ${which === "limit" ? "limit" : "permitted"} set.`,
      {
        causes: [{ what: `no ${gained}`, from: "kernel" }],
      },
    );
  const sets = {
    effective: setNumber(host, target, "effective"),
    permitted: setNumber(host, target, "permitted"),
    inheritable: setNumber(host, target, "inheritable"),
    limit: setNumber(host, target, "limit"),
  };
  sets[which] = numberOfSet(host, next);
  // What is no longer permitted has no effect either.
  if (which === "permitted") {
    const left = new Set(next);
    sets.effective = numberOfSet(
      host,
      privilegeSet(host, target, "effective").filter((name) => left.has(name)),
    );
  }
  target.illumos = { ...target.illumos, privileges: sets };
  return allowed(
    undefined,
    "ppriv",
    `The ${which} set of process ${target.pid} has ${new Set(next).size} privileges.`,
  );
}

/** Source: security-flags(7). */
const SECURITY_FLAGS: ReadonlySet<string> = new Set(["aslr", "forbidnullmap", "noexecstack"]);

/** psecflags(2): of oneself, or of whoever one may signal. EPERM, EINVAL. */
export function setSecurityFlags(
  host: Host,
  process: Process,
  target: Process,
  flags: readonly string[],
): Outcome {
  const unknown = flags.find((flag) => !SECURITY_FLAGS.has(flag));
  if (unknown !== undefined) return denied("EINVAL", "secflags/name", `There is no flag ${unknown}.`);
  const may = privilege(host, process, "proc_secflags");
  if (!may.ok) return may;
  const reach = controls(host, process, target);
  if (!reach.ok) return reach;
  target.illumos = { ...target.illumos, securityFlags: [...flags] };
  return allowed(undefined, may.decision.rule, `The flags count from the next program on.`);
}
