import type { Decision } from "../../decision.ts";
import { strerror } from "../../errno.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { vnetOf } from "../../network/vnets.ts";
import { type Command, type CommandContext, type CommandResult, done, failed } from "../../shell/command.ts";
import { prisonOf } from "../prisons.ts";
import { privCheck } from "../privileges.ts";

/** pfctl(8) and ipfw(8): who may load rules, and that some are loaded. What the rules say is not modelled. */

/** Where a stack remembers that it has rules. */
const LOADED = { pf: "model.pf.rules", ipfw: "model.ipfw.rules" } as const;

export const pfctl: Command = {
  name: "pfctl",
  path: "/sbin/pfctl",
  summary: "load rules of the packet filter pf (their content is not modelled)",
  run(context) {
    const { host, process, args } = context;
    if (!host.state.machine.modules.includes("pf"))
      return failed("pfctl: /dev/pf: No such file or directory\n", 1, [noDevice("pf is not loaded")]);
    const device = lookup(host, process, "/dev/pf");
    if (!device.ok) return failed(`pfctl: /dev/pf: ${strerror(device.errno)}\n`, 1, [device.decision]);
    const refused = mayFilter(context, "pfctl: DIOCXCOMMIT", "NETINET_PF");
    if (refused) return refused;
    const { sysctls } = vnetOf(host, process);
    const shown = args.find((word) => /^-\w*s/.test(word));
    if (shown !== undefined) {
      const what = shown.replace(/^-\w*?s/, "") || (args[args.indexOf(shown) + 1] ?? "");
      return done(pfText(sysctls, what), [unknownRules("pf", sysctls[LOADED.pf])]);
    }
    const at = args.findIndex((word) => /^-\w*f$/.test(word));
    const file = args[at + 1];
    if (args.some((word) => /^-\w*F/.test(word))) delete sysctls[LOADED.pf];
    if (at >= 0 && file !== undefined && !args.some((word) => /^-\w*n/.test(word))) sysctls[LOADED.pf] = file;
    const rules = at >= 0 ? [unknownRules("pf", file)] : [];
    const on = sysctls[ENABLED] === 1;
    if (args.some((word) => /^-\w*e/.test(word))) {
      if (on) return failed("pfctl: pf already enabled\n", 1, rules);
      sysctls[ENABLED] = 1;
      return { ...done("", rules, 10), stderr: "pf enabled\n" };
    }
    if (args.some((word) => /^-\w*d/.test(word))) {
      if (!on) return failed("pfctl: pf not enabled\n", 1, rules);
      delete sysctls[ENABLED];
      return { ...done("", rules, 10), stderr: "pf disabled\n" };
    }
    return done("", rules, 10);
  },
};

/** Where a stack remembers that pf filters. */
const ENABLED = "model.pf.enabled";

/** What `pfctl -s` shows; a modifier may be cut short, as `-sr`. */
function pfText(sysctls: Readonly<Record<string, string | number>>, what: string): string {
  if (what !== "" && "info".startsWith(what))
    return `Status: ${sysctls[ENABLED] === 1 ? "Enabled" : "Disabled"}\n`;
  const file = sysctls[LOADED.pf];
  return file === undefined ? "" : `# rules of ${file}, which are not modelled\n`;
}

/** That packets pass as if there were no rules, which a reader must know. */
function unknownRules(filter: "pf" | "ipfw", source: string | number | undefined): Decision {
  return {
    verdict: "assumed",
    rule: "firewall/rules",
    reason: `${source === undefined ? `Rules of ${filter}` : `The rules of ${filter} (${source})`} are not modelled: no packet is stopped by them.`,
    causes: [],
  };
}

export const ipfw: Command = {
  name: "ipfw",
  path: "/sbin/ipfw",
  summary: "change rules of the packet filter ipfw (their content is not modelled)",
  run(context) {
    const { host, process, args } = context;
    if (!host.state.machine.modules.includes("ipfw"))
      return failed("ipfw: retrieving config failed: Protocol not available\n", 69, [
        noDevice("ipfw is not loaded"),
      ]);
    const refused = mayFilter(context, "ipfw: setsockopt(IP_FW_XADD)", "NETINET_IPFW");
    if (refused) return refused;
    const words = args.filter((word) => !word.startsWith("-"));
    const stack = vnetOf(host, process);
    if (words[0] === "flush") delete stack.sysctls[LOADED.ipfw];
    else if (words[0] !== "list" && words[0] !== "show") stack.sysctls[LOADED.ipfw] = words.join(" ");
    const rules = [unknownRules("ipfw", stack.sysctls[LOADED.ipfw])];
    return words[0] === "list" || words[0] === "show"
      ? done("65535 deny ip from any to any\n", rules)
      : done("", rules);
  },
};

function noDevice(what: string) {
  return {
    verdict: "deny" as const,
    errno: "ENOENT" as const,
    rule: "firewall/module",
    reason: `${what}.`,
    causes: [{ what, from: "host" as const }],
  };
}

/** Rules need the privilege, which a jail has in a stack of its own only. */
function mayFilter(
  { host, process }: CommandContext,
  what: string,
  privilege: "NETINET_PF" | "NETINET_IPFW",
): CommandResult | undefined {
  const may = privCheck(host, process, privilege);
  if (may.ok) return undefined;
  const { name } = prisonOf(host, process);
  return failed(`${what}: ${strerror(may.errno)}\n`, 1, [
    { ...may.decision, reason: `${may.decision.reason}${name ? ` (jail ${name})` : ""}` },
  ]);
}
