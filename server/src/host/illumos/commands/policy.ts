import { errnoNumber, strerror } from "../../errno.ts";
import type { ShellPolicy } from "../../kernel.ts";
import { linuxCommand } from "../linux/commands.ts";
import { isLinux } from "../linux/pids.ts";
import { systemCalls } from "./calls.ts";
import { commandGroups } from "./groups.ts";

/** Programs with words of their own. Source: usr/src/cmd/{cat,ls,mkdir,rmdir}. */
const COMPLAINTS: Readonly<Record<string, (path: string, error: string) => string>> = {
  cat: (path, error) => `cat: cannot open ${path}: ${error}`,
  ls: (path, error) => `${path}: ${error}`,
  mkdir: (path, error) => `mkdir: Failed to make directory "${path}"; ${error}`,
  rmdir: (path, error) => `rmdir: directory "${path}": ${error}`,
};

/** What a shell finds on illumos. */
export const shellPolicy: ShellPolicy = {
  // Source: login(1), SUPATH in /etc/default/login.
  path: "/usr/sbin:/usr/bin",
  programs: commandGroups,
  foreign: linuxCommand,
  systemCalls,
  environment: { TERM: "xterm", TZ: "UTC", MAIL: "/var/mail/root" },
  sh: (host, process) => (isLinux(host, process) ? "dash" : "ksh93"),
  // Source: bash(1) as the shell of root; a hyphen in front of the name marks a login.
  login: { program: "bash", name: "-bash", home: true },
  prompt: (user, hostname, path, root) => `${user}@${hostname}:${path}${root ? "#" : "$"} `,
  strerror: (errno) => strerror(errno, "illumos"),
  // A distribution of Linux has an ls of its own.
  fixedListing: (host, process) => !isLinux(host, process),
  complaint: (tool, path, error) =>
    (Object.hasOwn(COMPLAINTS, tool) ? COMPLAINTS[tool] : undefined)?.(path, error) ??
    `${tool}: ${path}: ${error}`,
  // Source: truss(1): the number and name of the error, and the privilege that was missing.
  callText(name, words, outcome) {
    const call = `${name}(${words.join(", ")})`.padEnd(48);
    if (outcome.ok) return `${call}= ${typeof outcome.value === "number" ? outcome.value : 0}`;
    const { errno, decision } = outcome;
    const privilege = /^priv\/(\w+)$/.exec(decision.rule)?.[1];
    return `${call}Err#${errnoNumber(errno, "illumos")} ${errno}${privilege ? ` [${privilege}]` : ""}`;
  },
};
