import { manifestsCalled } from "../../../catalog/illumos/serviceManifests.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { momentOf, table, twoDigits } from "../../shell/format.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { matchesPattern } from "../../shell/pattern.ts";
import { type ServiceInstance, servicesOf } from "../smf/instances.ts";
import type { Zone } from "../types.ts";
import { kernelZones, zoneOf } from "../zones.ts";
import { inGlobalZone, zoneFor } from "./views.ts";

/** svcs(1): services and their states. Source: usr/src/cmd/svc/svcs. */

interface Row {
  readonly zone: Zone;
  readonly service: ServiceInstance;
}

/** Whether an abbreviation or a pattern means a service: `ssh`, `network/ssh`, `svc:/network/ssh:default`, `*ssh*`. */
export function means(word: string, fmri: string): boolean {
  if (/[*?[]/.test(word)) {
    const short = fmri.replace(/^svc:\//, "");
    return [fmri, short, short.replace(/:.*/, "")].some((text) => matchesPattern(word, text));
  }
  if (!fmri.startsWith("svc:/")) return word === fmri || `${word}.service` === fmri;
  const known = manifestsCalled(word).some((manifest) => `svc:/${manifest.fmri}` === fmri);
  if (known) return true;
  const service = fmri.replace(/^svc:\//, "");
  return (
    [fmri, service, service.replace(/:.*/, "")].includes(word) ||
    service.replace(/:.*/, "").endsWith(`/${word}`)
  );
}

/** The file to which the start method of a service writes. Source: svc.startd(8). */
export function logFile({ fmri }: ServiceInstance): string {
  return `/var/svc/log/${fmri.replace(/^svc:\//, "").replaceAll("/", "-")}.log`;
}

/** `10:03:12`, or `Nov_26` of another day. */
function since(host: Host, { since: at }: ServiceInstance): string {
  const boot = host.state.machine.bootTime;
  const then = momentOf(boot + Math.floor(at / 1000));
  const old = host.now - at > 86_400_000;
  return old
    ? `${then.month}_${twoDigits(then.day)}`
    : [then.hours, then.minutes, then.seconds].map(twoDigits).join(":");
}

function longDate(host: Host, { since: at }: ServiceInstance): string {
  const { weekday, month, day, year, hours, minutes, seconds } = momentOf(
    host.state.machine.bootTime + Math.floor(at / 1000),
  );
  return `${weekday} ${month} ${String(day).padStart(2)} ${[hours, minutes, seconds].map(twoDigits).join(":")} ${year}`;
}

const ORDER = ["uninitialized", "disabled", "maintenance", "offline", "degraded", "online"];

function cell(host: Host, { zone, service }: Row, name: string): string | undefined {
  const short = service.fmri.replace(/^svc:\//, "");
  const cut = short.lastIndexOf(":");
  const cells: Readonly<Record<string, string>> = {
    ...{ STATE: service.state, STIME: since(host, service) },
    ...{ FMRI: service.fmri, ZONE: zone.name, DESC: service.title, NSTA: "-", NSTATE: "-", SN: "-" },
    ...{ SVC: cut < 0 ? short : short.slice(0, cut), INST: cut < 0 ? "-" : short.slice(cut + 1) },
    ...{
      STA: LETTERS[service.state] ?? "-",
      S: LETTERS[service.state] ?? "-",
      SCOPE: "localhost",
      CTID: service.pids.length > 0 ? String(service.pids[0]) : "-",
    },
  };
  return cells[name];
}

const LETTERS: Readonly<Record<string, string>> = {
  ...{ online: "ON", offline: "OFF", disabled: "DIS", maintenance: "MNT", degraded: "DGD" },
};

/** What each column is called and how wide it is. */
const WIDTHS: Readonly<Record<string, number>> = {
  STATE: 14,
  STIME: 8,
  ZONE: 16,
  SVC: 30,
  INST: 18,
  STA: 3,
  NSTA: 4,
  NSTATE: 14,
  CTID: 8,
};

function listing(
  host: Host,
  rows: readonly Row[],
  names: readonly string[],
  header: boolean,
  pids: boolean,
): string {
  const columns = names.map((title) => ({ title, width: WIDTHS[title] ?? 0 }));
  const cells = rows.map((row) => names.map((name) => cell(host, row, name) ?? "-"));
  const lines = table(columns, cells, { header }).split("\n").filter(Boolean);
  if (!pids) return lines.map((line) => `${line}\n`).join("");
  const head = header ? lines.slice(0, 1) : [];
  const body = lines.slice(head.length).flatMap((line, i) => [
    line,
    ...(rows[i]?.service.pids ?? []).map((pid) => {
      const process = host.state.processes.byPid[pid];
      return `               ${since(host, rows[i]?.service as ServiceInstance)} ${String(pid).padStart(8)} ${process?.command ?? ""}`;
    }),
  ]);
  return [...head, ...body].map((line) => `${line}\n`).join("");
}

/** `svcs -l`. */
function details(host: Host, { zone, service }: Row, process: Process): string {
  const { fmri, title, enabled, temporary, state, pids, needs } = service;
  const shown = temporary ? `${state === "disabled" ? "false" : "true"} (temporary)` : String(enabled);
  const line = (name: string, value: string): string => `${name.padEnd(12)} ${value}\n`;
  const states = new Map(servicesOf(host, zone).map((one) => [one.fmri, one.state]));
  return [
    line("fmri", fmri),
    ...(zone.id === process.credential.container ? [] : [line("zone", zone.name)]),
    line("name", title),
    line("enabled", shown),
    line("state", state),
    line("next_state", "none"),
    line("state_time", longDate(host, service)),
    line("restarter", "svc:/system/svc/restarter:default"),
    ...(pids.length > 0 ? [line("contract_id", String(pids[0]))] : []),
    // A manifest may also name what other systems have.
    ...needs
      .filter((need) => states.has(need))
      .map((need) => line("dependency", `require_all/none ${need} (${states.get(need)})`)),
  ].join("");
}

/** `svcs -x`: what does not run though it should, and why. */
function explained(host: Host, { zone, service }: Row, process: Process): string {
  const { fmri, title, state, reason } = service;
  const lines = [`${fmri} (${title})`];
  if (zone.id !== process.credential.container) lines.push(`  Zone: ${zone.name}`);
  lines.push(` State: ${state} since ${longDate(host, service)}`);
  if (reason !== undefined) lines.push(`Reason: ${reason}`);
  const dependents = servicesOf(host, zone).filter(({ needs }) => needs.includes(fmri));
  lines.push(
    dependents.length > 0
      ? `Impact: ${dependents.length} dependent service${dependents.length === 1 ? " is" : "s are"} not running.`
      : "Impact: This service is not running.",
  );
  return `${lines.join("\n")}\n\n`;
}

function runSvcs({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "Usage: svcs [-aHpv] [-o col[,col ... ]] [-R FMRI-instance]... [-sS col] [-Z | -z zone ] [<service> ...]\n       svcs -d | -D [-Hpv] [-o col[,col ... ]] [-sS col] [-Z | -z zone ] [<service> ...]\n       svcs [-l | -L] [-Z | -z zone] <service> ...\n       svcs -x [-v] [-Z | -z zone] [<service> ...]";
  const options = readOptions("svcs", args, "aHpvo:R:s:S:dDlLxZz:", usage, 2);
  if (isResult(options)) return options;
  const { z: name, o: columns } = options.values;
  if (options.has("R")) return unmodelled("svcs", "-R");
  const one = name === undefined ? zoneOf(host, process) : zoneFor(host, process, name);
  if (!one || (name !== undefined && !inGlobalZone(process)))
    return failed(`svcs: invalid zone '${name}'\n`, 1);
  const zones = options.has("Z") && inGlobalZone(process) ? kernelZones(host) : [one];
  const all = zones.flatMap((zone) => servicesOf(host, zone).map((service): Row => ({ zone, service })));
  const words = options.rest;
  const own = process.credential.container;
  const matched =
    words.length === 0 ? all : all.filter(({ service }) => words.some((word) => means(word, service.fmri)));
  const missing = words.filter((word) => all.every(({ service }) => !means(word, service.fmri)));
  const stderr = missing.map((word) => `svcs: Pattern '${word}' doesn't match any instances\n`).join("");
  const status = stderr === "" ? 0 : 1;
  if (options.has("x")) {
    const broken = matched.filter(({ service }) => service.enabled && service.state !== "online");
    const shown = words.length > 0 ? matched : broken;
    return { ...done(shown.map((row) => explained(host, row, process)).join("")), stderr, status };
  }
  // Whoever is outside finds the file below the root of the zone.
  if (options.has("L"))
    return {
      ...done(
        matched
          .map(({ zone, service }) => `${zone.id === own ? "" : zone.path}${logFile(service)}\n`)
          .join(""),
      ),
      ...{ stderr, status },
    };
  if (options.has("l"))
    return { ...done(matched.map((row) => details(host, row, process)).join("\n")), stderr, status };
  let rows = matched;
  if (options.has("d") || options.has("D")) {
    const related = matched.flatMap(({ zone, service }) =>
      all.filter(
        (row) =>
          row.zone === zone &&
          (options.has("d")
            ? service.needs.includes(row.service.fmri)
            : row.service.needs.includes(service.fmri)),
      ),
    );
    rows = [...new Set(related)];
  } else if (words.length === 0 && !options.has("a"))
    rows = all.filter(({ service }) => service.state !== "disabled");
  const zoneColumn = options.has("Z") ? "zone," : "";
  const usual = options.has("v")
    ? `state,nstate,stime,ctid,${zoneColumn}fmri`
    : `state,stime,${zoneColumn}fmri`;
  const chosen = (columns ?? usual).toUpperCase().split(",");
  const unknown = chosen.find((title) => rows[0] && cell(host, rows[0], title) === undefined);
  if (unknown !== undefined) return failed(`svcs: Unknown column '${unknown.toLowerCase()}'\n`, 2);
  if (rows.length === 0 && missing.length > 0) return failed(stderr);
  const sort = options.values["s"] ?? options.values["S"];
  const sign = options.values["s"] === undefined && sort !== undefined ? -1 : 1;
  const key = ({ service }: Row): string =>
    cell(host, { zone: one, service }, sort?.toUpperCase() ?? "") ?? "";
  if (sort !== undefined && rows[0] && cell(host, rows[0], sort.toUpperCase()) === undefined)
    return failed(`svcs: Unknown sort column '${sort}'\n`, 2);
  const sorted = [...rows].sort(
    (a, b) =>
      (sort === undefined || sort === "state" || sort === "stime" ? 0 : sign * (key(a) < key(b) ? -1 : 1)) ||
      (sort === "stime" ? sign * (a.service.since - b.service.since) : 0) ||
      sign * (ORDER.indexOf(a.service.state) - ORDER.indexOf(b.service.state)) ||
      a.service.since - b.service.since,
  );
  return { ...done(listing(host, sorted, chosen, !options.has("H"), options.has("p"))), stderr, status };
}

export const svcs = program("/usr/bin/svcs", "services (-a -v -p -l -L -x -Z -z ZONE)", runSvcs);
