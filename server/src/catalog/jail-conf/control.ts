import type { Parameter } from "./parameter.ts";

/** The order of jails, and the life of jail(8) itself. */
export const controlParameters: readonly Parameter[] = [
  {
    name: "depend",
    kind: "pseudo",
    group: "control",
    type: "string-list",
    default: "none",
    form: "names of other jails in the configuration",
    since: { release: "9.1", confidence: "high" },
    change: "not-applicable",
    doc: "Jails that must be completely started before this one starts, and that are stopped only after this one has stopped.",
    notes:
      "Starting one jail pulls in what it depends on; stopping one also stops what depends on it. Unknown names and loops fail the jail.",
    source: "jail(8), usr.sbin/jail/config.c",
  },
  {
    name: "allow.dying",
    kind: "pseudo",
    group: "control",
    type: "boolean",
    default: "false",
    since: { release: "9.1", confidence: "high" },
    deprecated: "No effect in 15.0; a dying jail is simply replaced by a new one with the same jid or name.",
    change: "not-applicable",
    negation: "allow.nodying",
    doc: "Formerly allowed changes to a dying jail. Current releases ignore it and print a warning.",
    notes: "Despite its name it is not one of the kernel's `allow.*` permissions.",
    source: "jail(8), usr.sbin/jail/config.c",
  },
];
