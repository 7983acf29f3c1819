import type { Outcome } from "../../decision.ts";
import { readFile, writeFile } from "../../filesystem/files.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { enableVariable, SERVICES } from "./services.ts";

/** The variables of rc.conf(5), as far as they are set by plain assignments. */

export const RC_CONF = "/etc/rc.conf";

/** What holds before /etc/rc.conf is read. Source: libexec/rc/rc.conf. */
export const RC_DEFAULTS: Readonly<Record<string, string>> = {
  hostname: "",
  defaultrouter: "NO",
  ipv6_defaultrouter: "NO",
  cloned_interfaces: "",
  gateway_enable: "NO",
  ipv6_gateway_enable: "NO",
  jail_enable: "NO",
  zfs_enable: "NO",
  ...Object.fromEntries(SERVICES.map((service) => [enableVariable(service), service.enabled ? "YES" : "NO"])),
};

/** Files are read in this order, and later ones win. */
const FILES = [RC_CONF, "/etc/rc.conf.local"];

/** All variables that a process's root sets, defaults included. A file that is not there sets none. */
export function readRcConf(host: Host, process: Process): Record<string, string> {
  // Any word can be a variable, also `constructor`.
  const variables: Record<string, string> = Object.assign(Object.create(null), RC_DEFAULTS);
  for (const path of FILES) {
    const text = readFile(host, process, path);
    if (text.ok) assignAll(variables, text.value);
  }
  return variables;
}

const ASSIGNMENT = /^\s*([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|([^\s;#"']*))/;

/** Carries out the assignments of a text; references to variables that are set already are replaced. */
export function assignAll(variables: Record<string, string>, text: string): void {
  for (const line of text.split("\n")) {
    const [, name, double, single, bare] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined) continue;
    const value = double ?? bare ?? "";
    variables[name] =
      single ??
      value.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced, plain) => variables[braced ?? plain] ?? "");
  }
}

/** Source: checkyesno() in libexec/rc/rc.subr. */
export function isYes(value: string | undefined): boolean {
  return /^(?:yes|true|on|1)$/i.test(value ?? "");
}

/** Sets a variable in a file, where it stands or at the end; with `undefined` its line goes. */
export function setRcVariable(
  host: Host,
  process: Process,
  path: string,
  name: string,
  value: string | undefined,
): Outcome {
  const read = readFile(host, process, path);
  const lines = read.ok
    ? read.value.split("\n").filter((line, i, all) => line !== "" || i < all.length - 1)
    : [];
  const at = lines.findLastIndex((line) => ASSIGNMENT.exec(line)?.[1] === name);
  const line = value === undefined ? [] : [`${name}="${value}"`];
  if (at >= 0) lines.splice(at, 1, ...line);
  else lines.push(...line);
  return writeFile(host, process, path, lines.map((text) => `${text}\n`).join(""));
}
