import type { Decision } from "../../decision.ts";
import type { CommandContext, CommandResult } from "../../shell/command.ts";
import { prisonOf } from "../prisons.ts";
import { processesOf, startDaemon, stopDaemon } from "./daemons.ts";
import { isYes, readRcConf } from "./rcConf.ts";
import { enableVariable, SERVICES, type ServiceKind } from "./services.ts";

/**
 * rc(8): what `sh /etc/rc` and `sh /etc/rc.shutdown` do, in a jail above all. Source: libexec/rc/rc, rc.shutdown and the
 * keywords of the scripts in libexec/rc/rc.d.
 */

/** Virtual milliseconds of the scripts themselves, and of starting and stopping one daemon. */
const SCRIPTS_TIME = 250;
const START_TIME = 60;
const STOP_TIME = 40;

/** Starts what the root's rc.conf enables. A daemon that cannot start does not make it fail. */
export function rcBoot(context: CommandContext): CommandResult {
  const { host, process } = context;
  const variables = readRcConf(host, process);
  const decisions: Decision[] = [];
  let stdout = "";
  let stderr = "";
  let milliseconds = SCRIPTS_TIME;
  if (ownStack(context)) {
    const network = startNetwork(context, variables);
    stdout += network.stdout;
    stderr += network.stderr;
    decisions.push(...network.decisions);
    milliseconds += network.milliseconds;
  }
  const wanted = SERVICES.filter(
    (service) => isYes(variables[enableVariable(service)]) && mayRunHere(context, service),
  );
  for (const service of wanted) {
    if (processesOf(host, process, service).length > 0) continue;
    stdout += `Starting ${service.process ?? service.name}.\n`;
    const { messages, decisions: made } = startDaemon(host, process, service);
    stderr += messages.map((message) => `${message}\n`).join("");
    decisions.push(...made);
    milliseconds += START_TIME;
  }
  for (const name of unknownServices(variables))
    host.emit({
      container: prisonOf(host, process).name,
      kind: "process.start",
      message: `${name} is enabled in rc.conf; its service is not modelled.`,
      outcome: "assumed",
    });
  return { status: 0, stdout, stderr, decisions, milliseconds };
}

/** Stops what runs of it, last first. */
export function rcShutdown({ host, process }: CommandContext): CommandResult {
  let milliseconds = STOP_TIME;
  let stdout = "";
  for (const service of [...SERVICES].reverse()) {
    const running = processesOf(host, process, service);
    if (running.length === 0) continue;
    stdout += `Stopping ${service.process ?? service.name}.\n`;
    stopDaemon(host, process, service);
    milliseconds += STOP_TIME;
  }
  return { status: 0, stdout: `${stdout}.\n`, stderr: "", decisions: [], milliseconds };
}

export function mayRunHere(context: CommandContext, { notIn }: ServiceKind): boolean {
  if (notIn === undefined || prisonOf(context.host, context.process).jid === 0) return true;
  return notIn === "shared stack" && ownStack(context);
}

function ownStack({ host, process }: CommandContext): boolean {
  const jail = prisonOf(host, process);
  return jail.jid !== 0 && jail.ownVnet;
}

/** Names that rc.conf enables and that are no service of the table, nor a switch of the base system. */
function unknownServices(variables: Readonly<Record<string, string>>): string[] {
  const known = new Set([...SERVICES.map(enableVariable), ...SWITCHES]);
  return Object.keys(variables)
    .filter((name) => name.endsWith("_enable") && !known.has(name) && isYes(variables[name]))
    .map((name) => name.slice(0, -"_enable".length));
}

const SWITCHES = [
  "gateway_enable",
  "ipv6_gateway_enable",
  "jail_enable",
  "zfs_enable",
  "pf_enable",
  "firewall_enable",
  "clear_tmp_enable",
  "sendmail_enable",
  "sendmail_submit_enable",
  "sendmail_outbound_enable",
  "sendmail_msp_queue_enable",
  "dumpdev_enable",
];

/** netif and routing, in a stack of its own: interfaces and routes of rc.conf, by the programs that set them. */
function startNetwork({ run }: CommandContext, variables: Readonly<Record<string, string>>): CommandResult {
  const lines = networkCommands(variables);
  const results = lines.map((line) => run(line));
  return {
    status: 0,
    stdout: "",
    stderr: results.map(({ stderr }) => stderr).join(""),
    decisions: results.flatMap(({ decisions }) => decisions),
    milliseconds: results.reduce((sum, result) => sum + result.milliseconds, 0),
  };
}

function networkCommands(variables: Readonly<Record<string, string>>): string[] {
  const lines = ["ifconfig lo0 inet 127.0.0.1/8 up", "ifconfig lo0 inet6 ::1/128"];
  for (const name of (variables["cloned_interfaces"] ?? "").split(/\s+/).filter(Boolean))
    lines.push(`ifconfig ${name} create`);
  const settings = Object.entries(variables).flatMap(([name, value]) => {
    const [, link, suffix] = /^ifconfig_(\w+?)(?:_(alias\d+|ipv6|name|descr))?$/.exec(name) ?? [];
    return link === undefined ? [] : [{ link, suffix, value }];
  });
  for (const { link, suffix, value } of settings) {
    if (suffix === undefined && /^(?:DHCP|SYNCDHCP)$/i.test(value)) lines.push(`dhclient ${link}`);
    else if (suffix === "name") lines.push(`ifconfig ${link} name ${value}`);
    else if (suffix === "descr") lines.push(`ifconfig ${link} description '${value}'`);
    else if (suffix?.startsWith("alias")) lines.push(`ifconfig ${link} ${value} alias`);
    else
      lines.push(
        `ifconfig ${link} ${suffix === "ipv6" && !value.startsWith("inet6") ? "inet6 " : ""}${value} up`,
      );
  }
  if (isYes(variables["gateway_enable"])) lines.push("sysctl net.inet.ip.forwarding=1");
  if (isYes(variables["ipv6_gateway_enable"])) lines.push("sysctl net.inet6.ip6.forwarding=1");
  const router = variables["defaultrouter"] ?? "NO";
  if (router !== "" && router !== "NO") lines.push(`route add default ${router}`);
  const router6 = variables["ipv6_defaultrouter"] ?? "NO";
  if (router6 !== "" && router6 !== "NO") lines.push(`route -6 add default ${router6}`);
  return lines;
}
