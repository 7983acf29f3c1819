import { errnoNumber, strerror } from "../errno.ts";
import type { ContainerPolicy, Kernel, ShellPolicy } from "../kernel.ts";
import { systemCalls } from "./commands/calls.ts";
import { commandGroups } from "./commands/groups.ts";
import { filePolicy } from "./filesystem/policy.ts";
import { prisonReleased } from "./lifecycle.ts";
import { networkPolicy } from "./network/policy.ts";
import { findPrison, hostOwner, jails, prison } from "./prisons.ts";
import { privCheck } from "./privileges.ts";
import { processPolicy } from "./process/policy.ts";
import { inScope, outOfScope } from "./scope.ts";

const containers: ContainerPolicy = {
  nameOf: (host, jid) => prison(host, jid).name,
  called: (host, jid) => (jid === 0 ? "the host" : `jail ${findPrison(host, jid)?.name ?? jid}`),
  find: (host, name) => jails(host).find((jail) => jail.name === name && jail.state === "alive")?.jid,
  hostnameOf: (host, jid) => hostOwner(host, jid).hostname,
  rootOf: (host, jid) => prison(host, jid).root,
  inScope,
  outOfScope,
  released: prisonReleased,
};

const shell: ShellPolicy = {
  // Source: login.conf(5) of the base system, class daemon and default.
  path: "/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin",
  programs: commandGroups,
  systemCalls,
  environment: { TERM: "xterm", BLOCKSIZE: "K" },
  sh: () => "sh",
  login: { program: "sh", name: "sh", home: false },
  prompt: (user, hostname, path, root) => `${user}@${hostname}:${path} ${root ? "#" : "$"} `,
  strerror: (errno) => strerror(errno),
  fixedListing: () => false,
  complaint: (tool, path, error) => `${tool}: ${path}: ${error}`,
  callText(name, words, outcome) {
    const value = outcome.ok && typeof outcome.value === "number" ? outcome.value : 0;
    const result = outcome.ok
      ? `= ${value} (0x${value.toString(16)})`
      : `ERR#${errnoNumber(outcome.errno)} '${strerror(outcome.errno)}'`;
    return `${name}(${words.join(",")}) ${result}`;
  },
};

/** FreeBSD: prisons, priv(9), devfs, stacks by VNET. */
export const freebsdKernel: Kernel = {
  family: "freebsd",
  containers,
  processes: processPolicy,
  files: filePolicy,
  network: networkPolicy,
  shell,
  power: privCheck,
};
