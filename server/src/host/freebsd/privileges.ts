import type { Condition } from "../../catalog/freebsd/privilege.ts";
import { type Privilege, type PrivilegeName, privilege } from "../../catalog/freebsd/privileges.ts";
import { allowed, type Cause, denied, type Outcome } from "../decision.ts";
import { findMount } from "../filesystem/nodes.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { debuggingEnabled, superuserEnabled } from "./permissions.ts";
import { prison } from "./prisons.ts";
import { since } from "./release.ts";
import { causeOf } from "./scope.ts";
import { hostNumber } from "./sysctlValues.ts";
import type { Prison } from "./types.ts";

export type { PrivilegeName } from "../../catalog/freebsd/privileges.ts";

/** Who asks for a privilege: a prison and user ids. */
export interface Asker {
  readonly container: number;
  readonly uid: number;
  readonly ruid: number;
}

/** Limits that belong to the real user. Source: sys/kern/kern_priv.c. */
const OF_REAL_USER: ReadonlySet<PrivilegeName> = new Set(["MAXFILES", "MAXPROC", "PROC_LIMIT"]);

/** Privileges that a sysctl of the host, 1 as it comes, gives to everybody. */
const GIVEN_BY: Partial<Record<PrivilegeName, string>> = {
  VM_MLOCK: "security.bsd.unprivileged_mlock",
  VM_MUNLOCK: "security.bsd.unprivileged_mlock",
  MSGBUF: "security.bsd.unprivileged_read_msgbuf",
};

/**
 * Whether a process has a privilege. Source: priv_check_cred() in sys/kern/kern_priv.c without the MAC policies.
 * @returns EPERM; other errors belong to whoever asks
 */
export function privCheck(host: Host, process: Process, name: PrivilegeName): Outcome {
  return privilegeVerdict(host, process.credential, name);
}

/** The same for anybody, without a process. */
export function privilegeVerdict(host: Host, asker: Asker, name: PrivilegeName): Outcome {
  const wanted = privilege(name);
  const rule = `priv/${name}`;
  const missing = beforeItsTime(host, wanted, rule);
  if (missing) return missing;
  if (name === "VFS_LOOKUP") return superuser(host, asker, name, rule, []);
  if (name === "VFS_GENERATION" && asker.container !== 0) return refusedToJails(host, asker, wanted, rule);

  const unsure = wanted.unsure ? { unsure: true as const } : {};
  let causes: Cause[] = [];
  if (asker.container !== 0) {
    const jail = prison(host, asker.container);
    if (wanted.verdict === "deny" && name !== "VFS_READ_DIR")
      return refusedToJails(host, asker, wanted, rule);
    if (wanted.verdict === "conditional" && wanted.condition) {
      const term = evaluate(host, jail, asker, wanted.condition);
      causes = term.causes;
      if (!term.holds)
        return denied("EPERM", rule, `Jail ${jail.name} lacks ${term.lacks}.`, {
          causes,
          ...unsure,
        });
    }
  }

  const sysctl = GIVEN_BY[name];
  if (sysctl && hostNumber(host, sysctl) !== 0)
    return allowed(undefined, rule, `${sysctl} gives it to every user.`, {
      causes: [...causes, { what: `${sysctl}=1`, from: "host" }],
    });
  const granted = superuser(host, asker, name, rule, causes);
  if (granted.ok || name === "VFS_READ_DIR")
    return { ...granted, decision: { ...granted.decision, ...unsure } };
  if (name === "KMEM_READ")
    return allowed(undefined, rule, "Every user has it: what protects memory is the mode of its device.", {
      causes: [{ what: "PRIV_KMEM_READ", from: "kernel" }],
    });
  if (name === "DEBUG_UNPRIV") return unprivilegedDebugging(host, asker, rule);
  return granted;
}

/** What a privilege means on a release that does not have it yet. */
function beforeItsTime(host: Host, { since: first, before, name }: Privilege, rule: string) {
  if (first === undefined || since(host, first)) return undefined;
  const causes: Cause[] = [{ what: `FreeBSD ${host.state.machine.release}`, from: "kernel" }];
  return before === "allow"
    ? allowed(undefined, rule, `Before FreeBSD ${first} nothing asks for PRIV_${name}.`, { causes })
    : denied("EPERM", rule, `PRIV_${name} does not exist before FreeBSD ${first}.`, { causes });
}

function refusedToJails(host: Host, { container: jid }: Asker, { name, note }: Privilege, rule: string) {
  const jail = prison(host, jid);
  const reason = `PRIV_${name} is refused in every jail, here ${jail.name}.`;
  return denied("EPERM", rule, note === undefined ? reason : `${reason} ${note}`, {
    causes: [{ what: `no jail parameter gives PRIV_${name}`, from: "kernel" }],
  });
}

/** The superuser's rule: the effective user, or the real one for what is counted by that. */
function superuser(host: Host, asker: Asker, name: PrivilegeName, rule: string, causes: Cause[]): Outcome {
  const { container: jid } = asker;
  if (name === "VFS_READ_DIR" && jid !== 0)
    return denied("EPERM", rule, "Root in a jail does not read directories as files.", {
      causes: [{ what: "the superuser's rule leaves PRIV_VFS_READ_DIR out in jails", from: "kernel" }],
    });
  const user = OF_REAL_USER.has(name) ? asker.ruid : asker.uid;
  if (user !== 0)
    return denied("EPERM", rule, `User ${user} is not root.`, {
      causes: [{ what: `uid ${user}`, from: "kernel" }],
    });
  if (!superuserEnabled(host, jid))
    return denied("EPERM", rule, "Root has no power here: the superuser is switched off.", {
      causes: [
        jid === 0
          ? { what: "security.bsd.suser_enabled=0", from: "host" }
          : causeOf(prison(host, jid), "allow.suser", "false"),
      ],
    });
  return allowed(
    undefined,
    rule,
    jid === 0 ? "Root on the host has it." : `Root in a jail has PRIV_${name}.`,
    {
      causes,
    },
  );
}

function unprivilegedDebugging(host: Host, { container: jid }: Asker, rule: string): Outcome {
  const holds = debuggingEnabled(host, jid);
  const cause: Cause =
    jid === 0
      ? { what: `security.bsd.unprivileged_proc_debug=${holds ? 1 : 0}`, from: "host" }
      : causeOf(prison(host, jid), "allow.unprivileged_proc_debug", String(holds));
  return holds
    ? allowed(undefined, rule, "Users may debug their own processes.", { causes: [cause] })
    : denied("EPERM", rule, "Users may not debug, not even their own processes.", { causes: [cause] });
}

interface Term {
  readonly holds: boolean;
  /** If it holds, what makes it hold; if not, everything that is missing. */
  readonly causes: Cause[];
  /** What is missing, for a reader. */
  readonly lacks: string;
}

function evaluate(host: Host, jail: Prison, asker: Asker, condition: Condition): Term {
  if ("all" in condition) {
    const terms = condition.all.map((part) => evaluate(host, jail, asker, part));
    const holds = terms.every((term) => term.holds);
    const decisive = terms.filter((term) => term.holds === holds);
    return {
      holds,
      causes: decisive.flatMap(({ causes }) => causes),
      lacks: listed(decisive, "and"),
    };
  }
  if ("any" in condition) {
    const terms = condition.any.map((part) => evaluate(host, jail, asker, part));
    const first = terms.find((term) => term.holds);
    return (
      first ?? {
        holds: false,
        causes: terms.flatMap(({ causes }) => causes),
        lacks: listed(terms, "or"),
      }
    );
  }
  if ("allow" in condition) {
    const holds = jail.allow.includes(condition.allow);
    const parameter = `allow.${condition.allow}`;
    return { holds, causes: [causeOf(jail, parameter, String(holds))], lacks: parameter };
  }
  if ("ownVnet" in condition)
    return {
      holds: jail.ownVnet,
      causes: [causeOf(jail, "vnet", jail.ownVnet ? "new" : "inherit")],
      lacks: "a network stack of its own",
    };
  if ("enforceStatfs" in condition) {
    const { enforceStatfs: bound } = condition;
    const holds = "below" in bound ? jail.enforceStatfs < bound.below : jail.enforceStatfs !== bound.not;
    const lacks =
      "below" in bound ? `enforce_statfs below ${bound.below}` : `enforce_statfs other than ${bound.not}`;
    return { holds, causes: [causeOf(jail, "enforce_statfs", String(jail.enforceStatfs))], lacks };
  }
  if ("root" in condition)
    return {
      holds: asker.uid === 0,
      causes: [{ what: `uid ${asker.uid}`, from: "kernel" }],
      lacks: "root as the user",
    };
  return {
    holds: rootIsMountPoint(host, jail),
    causes: [causeOf(jail, "path", jail.path)],
    lacks: "a root directory that is a mount point",
  };
}

/** What is missing: `a, b and c`. */
function listed(terms: readonly Term[], word: "and" | "or"): string {
  const texts = terms.map(({ lacks }) => lacks);
  const last = texts.pop() ?? "";
  return texts.length === 0 ? last : `${texts.join(", ")} ${word} ${last}`;
}

/** Whether the jail's root directory is the root of a mount. */
function rootIsMountPoint(host: Host, { root }: Prison): boolean {
  return findMount(host, root.mount)?.root === root.node;
}
