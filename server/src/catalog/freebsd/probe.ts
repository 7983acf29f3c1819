import type { PrivilegeName } from "./privileges.ts";

/** In the order of pages and tables. */
export const PROBE_AREAS = [
  "filesystem",
  "device",
  "network",
  "process",
  "system",
  "sysctl",
  "ipc",
  "jail",
  "resource",
] as const;
export type ProbeArea = (typeof PROBE_AREAS)[number];

/** Another way to make the same attempt. */
export type Variation =
  /** A directory is open, where usually none is. */
  | "open-directory"
  /** No directory is open, where usually one is. */
  | "closed-directories"
  /** Root of the host does it. */
  | "from-host"
  /** With an address of the jail itself, where it is usually a foreign one. */
  | "own-address"
  /** With a network stack of its own. */
  | "own-stack";

/** Something that has to hold for a verdict. Structured, so that tests can make it so and pages can say it. */
export type ProbeCondition =
  /** A parameter of the jail as jail.conf has it; by default it has exactly that value. */
  | {
      readonly parameter: string;
      readonly value: string;
      readonly compare?: "at least" | "at most" | "includes";
    }
  /** A value of sysctl(8) on the host, or where `inside` says so, written by root in the jail. */
  | { readonly sysctl: string; readonly value: string; readonly inside?: true }
  /** A kernel module of the host. */
  | { readonly module: string }
  /** A rule of rctl(8), with NAME for the jail. */
  | { readonly rule: string }
  /** What the devfs mount of the jail shows beside the nodes of ruleset 4; nothing: there is no such mount. */
  | { readonly devices: readonly string[] }
  | { readonly attempt: Variation }
  /** A fact that the probe sees to itself, as far as it is allowed to. */
  | { readonly given: string };

/** Conditions that must hold together. */
export interface Alternative {
  readonly all: readonly ProbeCondition[];
  /** The verdict then, where it is not simply the other one. */
  readonly verdict?: "contained" | "deny";
  /** What else there is to say. */
  readonly note?: string;
}

/** A named action that a process in a jail, or one of the host, may attempt. */
export interface Probe {
  readonly id: string;
  readonly title: string;
  readonly area: ProbeArea;
  readonly actor: "jail-root" | "jail-user" | "host-root" | "host-user";
  /** What is done, with the system calls. */
  readonly action: string;
  /**
   * What the kernel says in a jail with one IPv4 address and otherwise defaults, on whose /dev the host mounted devfs
   * with ruleset 4. `contained`: it succeeds, but is rewritten or filtered.
   */
  readonly verdict: "allow" | "deny" | "contained";
  /** Of `deny`; of `contained` what a part of it is refused with. */
  readonly errno?: string;
  /** Each of these lets it succeed, or succeed more widely. */
  readonly enabledBy: readonly Alternative[];
  /** Each of these refuses it. */
  readonly restrictedBy: readonly Alternative[];
  /** Whoever succeeds is out of the jail, or rules the machine; with a stack of its own perhaps only that one. */
  readonly breach?: "always" | "shared-stack";
  readonly privileges: readonly PrivilegeName[];
  readonly since?: string;
  readonly confidence: "high" | "medium";
  readonly explanation: string;
}

/** Who attempts it, for a reader. */
export const ACTORS: Readonly<Record<Probe["actor"], string>> = {
  "jail-root": "root in the jail",
  "jail-user": "a user in the jail",
  "host-root": "root on the host",
  "host-user": "a user on the host",
};

const COMPARISONS = { "at least": "at least", "at most": "at most", includes: "with" } as const;

const VARIATIONS: Readonly<Record<Variation, string>> = {
  "open-directory": "a directory is open",
  "closed-directories": "every directory descriptor was closed before",
  "from-host": "root of the host does it instead",
  "own-address": "the address is one of the jail's own",
  "own-stack": "it gets a stack of its own instead of an address",
};

/** A condition for a reader, in Markdown. */
export function conditionText(condition: ProbeCondition): string {
  if ("parameter" in condition) {
    const { parameter, value, compare } = condition;
    if (compare) return `\`${parameter}\` ${COMPARISONS[compare]} ${value}`;
    if (value === "true") return `\`${parameter}\``;
    if (value === "false") return `\`${parameter.replace(/([^.]+)$/, "no$1")}\``;
    return `\`${parameter}=${value}\``;
  }
  if ("sysctl" in condition)
    return `\`${condition.sysctl}=${condition.value}\` ${condition.inside ? "written in the jail" : "on the host"}`;
  if ("module" in condition) return `module \`${condition.module}\` loaded`;
  if ("rule" in condition) return `rctl rule \`${condition.rule}\``;
  if ("devices" in condition)
    return condition.devices.length === 0
      ? "no devfs mounted in the jail"
      : `a devfs ruleset that unhides ${condition.devices.map((path) => `\`${path}\``).join(" and ")}`;
  return "attempt" in condition ? VARIATIONS[condition.attempt] : condition.given;
}

/** An alternative for a reader: its conditions, then what it leads to if that is not plain. */
export function alternativeText({ all, verdict, note }: Alternative): string {
  const more = [verdict === "contained" ? "then it is contained" : undefined, note].filter(Boolean);
  return all.map(conditionText).join(", ") + (more.length > 0 ? ` (${more.join("; ")})` : "");
}
