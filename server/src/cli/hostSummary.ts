import type { HostDescription, HostFile } from "../host/machine/definition.ts";
import { paint } from "./colour.ts";

const NAMES: Readonly<Record<HostFile["system"], string>> = {
  freebsd: "FreeBSD",
  illumos: "illumos",
  omnios: "OmniOS",
  smartos: "SmartOS",
  solaris: "Solaris",
};

export function systemName({ system, release }: Pick<HostDescription, "system" | "release">): string {
  return `${NAMES[system]} ${release}`;
}

/** A machine for people: a heading and one block for each kind of thing, without what every installation has. */
export function hostSummary(host: HostFile, described: boolean): string {
  const { name = "", system, release = "", hostname, cpus, memory, swap } = host;
  const head = `${paint("bold", name)} (${hostname}): ${systemName({ system, release })}, ${cpus} CPUs, memory ${memory}, swap ${swap}`;
  const blocks: [string, string[][]][] = [
    [
      "links",
      (host.links ?? []).map(({ name, kind = "", up, mtu, addresses = [] }) => [
        name,
        kind,
        up === false ? "down" : "up",
        `mtu ${mtu}`,
        addresses.join(" "),
      ]),
    ],
    [
      "routes",
      (host.routes ?? []).map(({ destination, gateway, interface: link = "" }) => [
        destination,
        "via",
        gateway,
        link,
      ]),
    ],
    ["pools", (host.pools ?? []).map(({ name, size }) => [name, String(size)])],
    [
      "datasets",
      (host.datasets ?? []).map(({ name, mountpoint = "", mounted, jailed, quota }) => [
        name,
        mountpoint,
        mounted ? "mounted" : "",
        jailed ? "jailed" : "",
        quota ? `quota ${quota}` : "",
      ]),
    ],
    [
      "mounts",
      (host.mounts ?? []).map(({ from, on, type, options = [] }) => [
        from,
        "on",
        on,
        `(${[type, ...options].join(", ")})`,
      ]),
    ],
    [
      "directories",
      (host.directories ?? []).map((directory) =>
        typeof directory === "string"
          ? [directory]
          : [directory.path, directory.mode ?? "", directory.base ? "base system" : ""],
      ),
    ],
    [
      "services",
      (host.services ?? []).map(({ name, user = "", listens = [] }) => [name, user, listens.join(", ")]),
    ],
    ["sysctls", Object.entries(host.sysctls ?? {}).map(([name, value]) => [name, String(value)])],
    [
      "devfs rulesets",
      Object.entries(host.devfsRulesets ?? {}).map(([number, rules]) => [
        number,
        `${rules.length} rule${rules.length === 1 ? "" : "s"}`,
      ]),
    ],
    ["brands", (host.brands ?? []).map((brand) => [brand])],
    ["images", (host.images ?? []).map(({ uuid, name, version }) => [uuid, name, version])],
    ["resource pools", (host.resourcePools ?? []).map(({ name, processorSet = "" }) => [name, processorSet])],
    ["processor sets", (host.processorSets ?? []).map(({ name, cpus }) => [name, cpus.join(" ")])],
    ["configurations", (host.configurations ?? []).map((pattern) => [pattern])],
  ];
  const words: [string, readonly string[]][] = [
    ["kernel options", host.options ?? []],
    ["modules", host.modules ?? []],
    ["loadable", host.loadableModules ?? []],
    ["users", (host.users ?? []).map(({ name }) => name)],
  ];
  const parts = [
    described ? head : `${head}\nNobody described this machine: it is what is assumed without a host file.`,
  ];
  for (const [title, rows] of blocks)
    if (rows.length > 0) parts.push(`${paint("bold", title)}\n${columns(rows)}`);
  for (const [title, list] of words)
    if (list.length > 0) parts.push(`${paint("bold", title)}\n${wrapped(list)}`);
  return `${parts.join("\n\n")}\n`;
}

/** Rows with their columns under each other. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd())
    .join("\n");
}

const WIDTH = 96;

function wrapped(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 1 <= WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines.join("\n");
}
